// Original file: proto/hostler/v1/host.proto

import type { Long } from '@grpc/proto-loader';

export interface GpuProcess {
  'pid'?: (number);
  'name'?: (string);
  'memoryMib'?: (number | string | Long);
  'replicaId'?: (string);
  'foreign'?: (boolean);
  '_memoryMib'?: "memoryMib";
}

export interface GpuProcess__Output {
  'pid': (number);
  'name': (string);
  'memoryMib'?: (number);
  'replicaId': (string);
  'foreign': (boolean);
  '_memoryMib'?: "memoryMib";
}
