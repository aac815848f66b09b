// Original file: proto/hostler/v1/host.proto

import type { Long } from '@grpc/proto-loader';

export interface Nic {
  'name'?: (string);
  'mac'?: (string);
  'speedMbps'?: (number | string | Long);
  'mtu'?: (number);
  'addresses'?: (string)[];
  'up'?: (boolean);
}

export interface Nic__Output {
  'name': (string);
  'mac': (string);
  'speedMbps': (number);
  'mtu': (number);
  'addresses': (string)[];
  'up': (boolean);
}
