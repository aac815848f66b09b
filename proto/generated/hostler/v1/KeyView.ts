// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface KeyView {
  'id'?: (string);
  'tenant'?: (string);
  'models'?: (string)[];
  'requestsPerSecond'?: (number | string);
  'burst'?: (number | string);
  'expiresUnixMs'?: (number | string | Long);
  'createdUnixMs'?: (number | string | Long);
  'prefix'?: (string);
  'priority'?: (number);
  'tokensPerMinute'?: (number | string | Long);
}

export interface KeyView__Output {
  'id': (string);
  'tenant': (string);
  'models': (string)[];
  'requestsPerSecond': (number);
  'burst': (number);
  'expiresUnixMs': (number);
  'createdUnixMs': (number);
  'prefix': (string);
  'priority': (number);
  'tokensPerMinute': (number);
}
