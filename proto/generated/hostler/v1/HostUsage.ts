// Original file: proto/hostler/v1/host.proto

import type { GpuUsage as _hostler_v1_GpuUsage, GpuUsage__Output as _hostler_v1_GpuUsage__Output } from '../../hostler/v1/GpuUsage.ts';
import type { Long } from '@grpc/proto-loader';

export interface HostUsage {
  'gpus'?: (_hostler_v1_GpuUsage)[];
  'memoryAvailableMib'?: (number | string | Long);
  'load_1m'?: (number | string);
  'gpuAgeMs'?: (number | string | Long);
  'gpuProblem'?: (string);
  '_memoryAvailableMib'?: "memoryAvailableMib";
  '_load_1m'?: "load_1m";
}

export interface HostUsage__Output {
  'gpus': (_hostler_v1_GpuUsage__Output)[];
  'memoryAvailableMib'?: (number);
  'load_1m'?: (number);
  'gpuAgeMs': (number);
  'gpuProblem': (string);
  '_memoryAvailableMib'?: "memoryAvailableMib";
  '_load_1m'?: "load_1m";
}
