// Original file: proto/hostler/v1/alert.proto

import type { Long } from '@grpc/proto-loader';

export interface AddSilenceRequest {
  'matchers'?: (string)[];
  'durationMs'?: (number | string | Long);
  'comment'?: (string);
}

export interface AddSilenceRequest__Output {
  'matchers': (string)[];
  'durationMs': (number);
  'comment': (string);
}
