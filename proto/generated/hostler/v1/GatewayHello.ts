// Original file: proto/hostler/v1/gateway.proto

import type { Long } from '@grpc/proto-loader';

export interface GatewayHello {
  'protocol'?: (number);
  'version'?: (string);
  'address'?: (string);
  'snapshotVersion'?: (number | string | Long);
}

export interface GatewayHello__Output {
  'protocol': (number);
  'version': (string);
  'address': (string);
  'snapshotVersion': (number);
}
