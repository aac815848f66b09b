// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface PruneReportsRequest {
  'olderThanUnixMs'?: (number | string | Long);
  'ids'?: (string)[];
}

export interface PruneReportsRequest__Output {
  'olderThanUnixMs': (number);
  'ids': (string)[];
}
