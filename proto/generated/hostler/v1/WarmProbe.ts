// Original file: proto/hostler/v1/host.proto

import type { Long } from '@grpc/proto-loader';

export interface WarmProbe {
  'path'?: (string);
  'bodyJson'?: (string);
  'timeoutMs'?: (number | string | Long);
}

export interface WarmProbe__Output {
  'path': (string);
  'bodyJson': (string);
  'timeoutMs': (number);
}
