// Original file: proto/hostler/v1/host.proto

import type { Long } from '@grpc/proto-loader';

export interface Probe {
  'path'?: (string);
  'intervalMs'?: (number | string | Long);
  'timeoutMs'?: (number | string | Long);
  'failures'?: (number);
}

export interface Probe__Output {
  'path': (string);
  'intervalMs': (number);
  'timeoutMs': (number);
  'failures': (number);
}
