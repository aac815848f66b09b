// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface DiagnoseCall {
  'subject'?: (string);
  'targets'?: (string)[];
  'fromUnixMs'?: (number | string | Long);
  'toUnixMs'?: (number | string | Long);
  'rateMbps'?: (number);
  'unlessLike'?: (string);
}

export interface DiagnoseCall__Output {
  'subject': (string);
  'targets': (string)[];
  'fromUnixMs': (number);
  'toUnixMs': (number);
  'rateMbps': (number);
  'unlessLike': (string);
}
