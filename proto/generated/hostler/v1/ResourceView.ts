// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface ResourceView {
  'kind'?: (string);
  'name'?: (string);
  'documentJson'?: (string);
  'builtIn'?: (boolean);
  'createdUnixMs'?: (number | string | Long);
  'resolvedJson'?: (string);
}

export interface ResourceView__Output {
  'kind': (string);
  'name': (string);
  'documentJson': (string);
  'builtIn': (boolean);
  'createdUnixMs': (number);
  'resolvedJson': (string);
}
