// Original file: proto/hostler/v1/host.proto

import type { Long } from '@grpc/proto-loader';

export interface Gpu {
  'uuid'?: (string);
  'index'?: (number);
  'model'?: (string);
  'memoryMib'?: (number | string | Long);
  'pciBusId'?: (string);
  'numaNode'?: (number);
  '_numaNode'?: "numaNode";
}

export interface Gpu__Output {
  'uuid': (string);
  'index': (number);
  'model': (string);
  'memoryMib': (number);
  'pciBusId': (string);
  'numaNode'?: (number);
  '_numaNode'?: "numaNode";
}
