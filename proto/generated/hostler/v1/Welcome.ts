// Original file: proto/hostler/v1/agent.proto

import type { Long } from '@grpc/proto-loader';

export interface Welcome {
  'hostId'?: (string);
  'leaseMs'?: (number | string | Long);
  'heartbeatMs'?: (number | string | Long);
  'protocol'?: (number);
  'controllerVersion'?: (string);
}

export interface Welcome__Output {
  'hostId': (string);
  'leaseMs': (number);
  'heartbeatMs': (number);
  'protocol': (number);
  'controllerVersion': (string);
}
