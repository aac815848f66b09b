// Original file: proto/hostler/v1/alert.proto

import type { Long } from '@grpc/proto-loader';

export interface NoticeView {
  'id'?: (string);
  'receiver'?: (string);
  'kind'?: (string);
  'state'?: (string);
  'firing'?: (number);
  'resolved'?: (number);
  'attempts'?: (number);
  'createdUnixMs'?: (number | string | Long);
  'nextAttemptUnixMs'?: (number | string | Long);
  'endedUnixMs'?: (number | string | Long);
  'problem'?: (string);
  'rules'?: (string)[];
}

export interface NoticeView__Output {
  'id': (string);
  'receiver': (string);
  'kind': (string);
  'state': (string);
  'firing': (number);
  'resolved': (number);
  'attempts': (number);
  'createdUnixMs': (number);
  'nextAttemptUnixMs': (number);
  'endedUnixMs': (number);
  'problem': (string);
  'rules': (string)[];
}
