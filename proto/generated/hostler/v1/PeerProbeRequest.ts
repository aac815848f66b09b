// Original file: proto/hostler/v1/agent.proto

import type { Long } from '@grpc/proto-loader';

export interface PeerProbeRequest {
  'address'?: (string);
  'port'?: (number);
  'loadMs'?: (number | string | Long);
  'rateMbps'?: (number);
}

export interface PeerProbeRequest__Output {
  'address': (string);
  'port': (number);
  'loadMs': (number);
  'rateMbps': (number);
}
