// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface Event {
  'id'?: (number | string | Long);
  'atUnixMs'?: (number | string | Long);
  'level'?: (string);
  'reason'?: (string);
  'subject'?: (string);
  'message'?: (string);
}

export interface Event__Output {
  'id': (number);
  'atUnixMs': (number);
  'level': (string);
  'reason': (string);
  'subject': (string);
  'message': (string);
}
