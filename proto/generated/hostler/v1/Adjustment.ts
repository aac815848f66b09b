// Original file: proto/hostler/v1/host.proto

import type { Long } from '@grpc/proto-loader';

export interface Adjustment {
  'flag'?: (string);
  'from'?: (string);
  'to'?: (string);
  'cause'?: (string);
  'atUnixMs'?: (number | string | Long);
  'held'?: (boolean);
}

export interface Adjustment__Output {
  'flag': (string);
  'from': (string);
  'to': (string);
  'cause': (string);
  'atUnixMs': (number);
  'held': (boolean);
}
