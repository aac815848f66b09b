// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface ScaleRequest {
  'name'?: (string);
  'replicas'?: (number);
  'ifVersion'?: (number | string | Long);
}

export interface ScaleRequest__Output {
  'name': (string);
  'replicas': (number);
  'ifVersion': (number);
}
