// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface CreateTokenRequest {
  'kind'?: (string);
  'ttlMs'?: (number | string | Long);
  'uses'?: (number);
  'role'?: (string);
  'name'?: (string);
}

export interface CreateTokenRequest__Output {
  'kind': (string);
  'ttlMs': (number);
  'uses': (number);
  'role': (string);
  'name': (string);
}
