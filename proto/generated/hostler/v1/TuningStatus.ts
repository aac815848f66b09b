// Original file: proto/hostler/v1/host.proto

import type { Long } from '@grpc/proto-loader';

export interface TuningStatus {
  'profile'?: (string);
  'digest'?: (string);
  'state'?: (string);
  'differing'?: (string)[];
  'message'?: (string);
  'checkedUnixMs'?: (number | string | Long);
}

export interface TuningStatus__Output {
  'profile': (string);
  'digest': (string);
  'state': (string);
  'differing': (string)[];
  'message': (string);
  'checkedUnixMs': (number);
}
