// Original file: proto/hostler/v1/host.proto

import type { Disk as _hostler_v1_Disk, Disk__Output as _hostler_v1_Disk__Output } from '../../hostler/v1/Disk.ts';
import type { Nic as _hostler_v1_Nic, Nic__Output as _hostler_v1_Nic__Output } from '../../hostler/v1/Nic.ts';
import type { Gpu as _hostler_v1_Gpu, Gpu__Output as _hostler_v1_Gpu__Output } from '../../hostler/v1/Gpu.ts';
import type { GpuLink as _hostler_v1_GpuLink, GpuLink__Output as _hostler_v1_GpuLink__Output } from '../../hostler/v1/GpuLink.ts';
import type { ModelFilesystem as _hostler_v1_ModelFilesystem, ModelFilesystem__Output as _hostler_v1_ModelFilesystem__Output } from '../../hostler/v1/ModelFilesystem.ts';
import type { Runtime as _hostler_v1_Runtime, Runtime__Output as _hostler_v1_Runtime__Output } from '../../hostler/v1/Runtime.ts';
import type { Long } from '@grpc/proto-loader';

export interface Inventory {
  'hostname'?: (string);
  'machineId'?: (string);
  'os'?: (string);
  'kernel'?: (string);
  'architecture'?: (string);
  'cpuModel'?: (string);
  'cpuSockets'?: (number);
  'cpuCores'?: (number);
  'memoryMib'?: (number | string | Long);
  'disks'?: (_hostler_v1_Disk)[];
  'nics'?: (_hostler_v1_Nic)[];
  'gpus'?: (_hostler_v1_Gpu)[];
  'gpuLinks'?: (_hostler_v1_GpuLink)[];
  'modelFilesystem'?: (_hostler_v1_ModelFilesystem | null);
  'runtimes'?: (_hostler_v1_Runtime)[];
  'gpuProblem'?: (string);
  'driverVersion'?: (string);
  'cudaVersion'?: (string);
}

export interface Inventory__Output {
  'hostname': (string);
  'machineId': (string);
  'os': (string);
  'kernel': (string);
  'architecture': (string);
  'cpuModel': (string);
  'cpuSockets': (number);
  'cpuCores': (number);
  'memoryMib': (number);
  'disks': (_hostler_v1_Disk__Output)[];
  'nics': (_hostler_v1_Nic__Output)[];
  'gpus': (_hostler_v1_Gpu__Output)[];
  'gpuLinks': (_hostler_v1_GpuLink__Output)[];
  'modelFilesystem': (_hostler_v1_ModelFilesystem__Output | null);
  'runtimes': (_hostler_v1_Runtime__Output)[];
  'gpuProblem': (string);
  'driverVersion': (string);
  'cudaVersion': (string);
}
