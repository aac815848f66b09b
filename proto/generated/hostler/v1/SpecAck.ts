// Original file: proto/hostler/v1/agent.proto

import type { Long } from '@grpc/proto-loader';

export interface SpecAck {
  'generation'?: (number | string | Long);
  'error'?: (string);
}

export interface SpecAck__Output {
  'generation': (number);
  'error': (string);
}
