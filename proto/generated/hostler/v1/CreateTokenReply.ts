// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface CreateTokenReply {
  'id'?: (string);
  'token'?: (string);
  'expiresUnixMs'?: (number | string | Long);
  'joinCommand'?: (string);
}

export interface CreateTokenReply__Output {
  'id': (string);
  'token': (string);
  'expiresUnixMs': (number);
  'joinCommand': (string);
}
