// Original file: proto/hostler/v1/control.proto

import type { GpuModel as _hostler_v1_GpuModel, GpuModel__Output as _hostler_v1_GpuModel__Output } from '../../hostler/v1/GpuModel.ts';
import type { Long } from '@grpc/proto-loader';

export interface HostSummary {
  'gpus'?: (number);
  'gpusHeld'?: (number);
  'models'?: (_hostler_v1_GpuModel)[];
  'memoryMib'?: (number | string | Long);
  'os'?: (string);
  'kernel'?: (string);
  'driverVersion'?: (string);
  'cudaVersion'?: (string);
  'problems'?: (string)[];
}

export interface HostSummary__Output {
  'gpus': (number);
  'gpusHeld': (number);
  'models': (_hostler_v1_GpuModel__Output)[];
  'memoryMib': (number);
  'os': (string);
  'kernel': (string);
  'driverVersion': (string);
  'cudaVersion': (string);
  'problems': (string)[];
}
