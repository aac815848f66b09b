// Original file: proto/hostler/v1/host.proto

import type { Long } from '@grpc/proto-loader';

export interface Disk {
  'device'?: (string);
  'kind'?: (string);
  'sizeMib'?: (number | string | Long);
  'model'?: (string);
}

export interface Disk__Output {
  'device': (string);
  'kind': (string);
  'sizeMib': (number);
  'model': (string);
}
