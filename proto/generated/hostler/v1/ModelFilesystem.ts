// Original file: proto/hostler/v1/host.proto

import type { Long } from '@grpc/proto-loader';

export interface ModelFilesystem {
  'path'?: (string);
  'resolvedPath'?: (string);
  'type'?: (string);
  'sizeMib'?: (number | string | Long);
  'freeMib'?: (number | string | Long);
  'missing'?: (boolean);
}

export interface ModelFilesystem__Output {
  'path': (string);
  'resolvedPath': (string);
  'type': (string);
  'sizeMib': (number);
  'freeMib': (number);
  'missing': (boolean);
}
