// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface GangView {
  'attempt'?: (number);
  'crashes'?: (number);
  'leaderAddress'?: (string);
  'leaderPort'?: (number);
  'downReason'?: (string);
  'nextStartUnixMs'?: (number | string | Long);
}

export interface GangView__Output {
  'attempt': (number);
  'crashes': (number);
  'leaderAddress': (string);
  'leaderPort': (number);
  'downReason': (string);
  'nextStartUnixMs': (number);
}
