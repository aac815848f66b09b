// Original file: proto/hostler/v1/host.proto

import type { GpuProcess as _hostler_v1_GpuProcess, GpuProcess__Output as _hostler_v1_GpuProcess__Output } from '../../hostler/v1/GpuProcess.ts';
import type { Long } from '@grpc/proto-loader';

export interface GpuUsage {
  'uuid'?: (string);
  'memoryUsedMib'?: (number | string | Long);
  'utilizationPercent'?: (number);
  'temperatureC'?: (number);
  'powerW'?: (number | string);
  'processes'?: (_hostler_v1_GpuProcess)[];
  '_memoryUsedMib'?: "memoryUsedMib";
  '_utilizationPercent'?: "utilizationPercent";
  '_temperatureC'?: "temperatureC";
  '_powerW'?: "powerW";
}

export interface GpuUsage__Output {
  'uuid': (string);
  'memoryUsedMib'?: (number);
  'utilizationPercent'?: (number);
  'temperatureC'?: (number);
  'powerW'?: (number);
  'processes': (_hostler_v1_GpuProcess__Output)[];
  '_memoryUsedMib'?: "memoryUsedMib";
  '_utilizationPercent'?: "utilizationPercent";
  '_temperatureC'?: "temperatureC";
  '_powerW'?: "powerW";
}
