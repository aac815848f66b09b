// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface TokenView {
  'id'?: (string);
  'kind'?: (string);
  'role'?: (string);
  'expiresUnixMs'?: (number | string | Long);
  'usesLeft'?: (number);
  'revoked'?: (boolean);
  'createdUnixMs'?: (number | string | Long);
}

export interface TokenView__Output {
  'id': (string);
  'kind': (string);
  'role': (string);
  'expiresUnixMs': (number);
  'usesLeft': (number);
  'revoked': (boolean);
  'createdUnixMs': (number);
}
