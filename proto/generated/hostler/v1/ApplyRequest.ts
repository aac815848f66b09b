// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface ApplyRequest {
  'specJson'?: (string);
  'source'?: (string);
  'dryRun'?: (boolean);
  'ifVersion'?: (number | string | Long);
}

export interface ApplyRequest__Output {
  'specJson': (string);
  'source': (string);
  'dryRun': (boolean);
  'ifVersion': (number);
}
