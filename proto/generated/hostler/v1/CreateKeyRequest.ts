// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface CreateKeyRequest {
  'tenant'?: (string);
  'models'?: (string)[];
  'requestsPerSecond'?: (number | string);
  'burst'?: (number | string);
  'ttlMs'?: (number | string | Long);
  'priority'?: (number);
  'tokensPerMinute'?: (number | string | Long);
}

export interface CreateKeyRequest__Output {
  'tenant': (string);
  'models': (string)[];
  'requestsPerSecond': (number);
  'burst': (number);
  'ttlMs': (number);
  'priority': (number);
  'tokensPerMinute': (number);
}
