// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface GatewayView {
  'id'?: (string);
  'name'?: (string);
  'address'?: (string);
  'connected'?: (boolean);
  'snapshotVersion'?: (number | string | Long);
}

export interface GatewayView__Output {
  'id': (string);
  'name': (string);
  'address': (string);
  'connected': (boolean);
  'snapshotVersion': (number);
}
