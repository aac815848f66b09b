// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface RevisionView {
  'number'?: (number);
  'createdUnixMs'?: (number | string | Long);
  'state'?: (string);
  'message'?: (string);
  'specJson'?: (string);
  'author'?: (string);
}

export interface RevisionView__Output {
  'number': (number);
  'createdUnixMs': (number);
  'state': (string);
  'message': (string);
  'specJson': (string);
  'author': (string);
}
