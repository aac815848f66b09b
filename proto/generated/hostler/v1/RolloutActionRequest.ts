// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface RolloutActionRequest {
  'name'?: (string);
  'action'?: (string);
  'revision'?: (number);
  'ifVersion'?: (number | string | Long);
}

export interface RolloutActionRequest__Output {
  'name': (string);
  'action': (string);
  'revision': (number);
  'ifVersion': (number);
}
