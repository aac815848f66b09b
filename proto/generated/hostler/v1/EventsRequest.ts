// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface EventsRequest {
  'follow'?: (boolean);
  'limit'?: (number);
  'subject'?: (string);
  'afterId'?: (number | string | Long);
  'sinceUnixMs'?: (number | string | Long);
  'levels'?: (string)[];
}

export interface EventsRequest__Output {
  'follow': (boolean);
  'limit': (number);
  'subject': (string);
  'afterId': (number);
  'sinceUnixMs': (number);
  'levels': (string)[];
}
