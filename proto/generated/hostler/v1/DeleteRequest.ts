// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface DeleteRequest {
  'name'?: (string);
  'ifVersion'?: (number | string | Long);
}

export interface DeleteRequest__Output {
  'name': (string);
  'ifVersion': (number);
}
