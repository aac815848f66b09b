// Original file: proto/hostler/v1/agent.proto

import type { Long } from '@grpc/proto-loader';

export interface DiagnoseRequest {
  'subject'?: (string);
  'fromUnixMs'?: (number | string | Long);
  'toUnixMs'?: (number | string | Long);
}

export interface DiagnoseRequest__Output {
  'subject': (string);
  'fromUnixMs': (number);
  'toUnixMs': (number);
}
