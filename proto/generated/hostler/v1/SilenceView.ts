// Original file: proto/hostler/v1/alert.proto

import type { Long } from '@grpc/proto-loader';

export interface SilenceView {
  'id'?: (string);
  'matchers'?: (string)[];
  'startsUnixMs'?: (number | string | Long);
  'endsUnixMs'?: (number | string | Long);
  'author'?: (string);
  'comment'?: (string);
  'alerts'?: (number);
}

export interface SilenceView__Output {
  'id': (string);
  'matchers': (string)[];
  'startsUnixMs': (number);
  'endsUnixMs': (number);
  'author': (string);
  'comment': (string);
  'alerts': (number);
}
