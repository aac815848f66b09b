// Original file: proto/hostler/v1/agent.proto

import type { Long } from '@grpc/proto-loader';

export interface StatusAck {
  'version'?: (number | string | Long);
  'resync'?: (boolean);
}

export interface StatusAck__Output {
  'version': (number);
  'resync': (boolean);
}
