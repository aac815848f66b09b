// Original file: proto/hostler/v1/gateway.proto

import type { Long } from '@grpc/proto-loader';

export interface GatewayAck {
  'snapshotVersion'?: (number | string | Long);
  'outstanding'?: ({[key: string]: number});
  'suspects'?: (string)[];
  'waiting'?: ({[key: string]: number});
}

export interface GatewayAck__Output {
  'snapshotVersion': (number);
  'outstanding': ({[key: string]: number});
  'suspects': (string)[];
  'waiting': ({[key: string]: number});
}
