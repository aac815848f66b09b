// Original file: proto/hostler/v1/host.proto

import type { Probe as _hostler_v1_Probe, Probe__Output as _hostler_v1_Probe__Output } from '../../hostler/v1/Probe.ts';
import type { WarmProbe as _hostler_v1_WarmProbe, WarmProbe__Output as _hostler_v1_WarmProbe__Output } from '../../hostler/v1/WarmProbe.ts';
import type { Long } from '@grpc/proto-loader';

export interface ReplicaSpec {
  'id'?: (string);
  'deployment'?: (string);
  'revision'?: (number);
  'runtime'?: (string);
  'image'?: (string);
  'command'?: (string)[];
  'args'?: (string)[];
  'env'?: ({[key: string]: string});
  'gpuUuids'?: (string)[];
  'port'?: (number);
  'modelName'?: (string);
  'modelPath'?: (string);
  'mountPath'?: (string);
  'memoryRequestMib'?: (number | string | Long);
  'memoryLimitMib'?: (number | string | Long);
  'shmMib'?: (number | string | Long);
  'memlock'?: (string);
  'pull'?: (string);
  'health'?: (_hostler_v1_Probe | null);
  'warm'?: (_hostler_v1_WarmProbe | null);
  'apiKey'?: (string);
  'metricsPath'?: (string);
  'stopGraceMs'?: (number | string | Long);
  'loadTimeoutMs'?: (number | string | Long);
  'onPartition'?: (string);
  'engine'?: (string);
  'onOom'?: (string);
  'restart'?: (string);
  'reservedPorts'?: (number)[];
}

export interface ReplicaSpec__Output {
  'id': (string);
  'deployment': (string);
  'revision': (number);
  'runtime': (string);
  'image': (string);
  'command': (string)[];
  'args': (string)[];
  'env': ({[key: string]: string});
  'gpuUuids': (string)[];
  'port': (number);
  'modelName': (string);
  'modelPath': (string);
  'mountPath': (string);
  'memoryRequestMib': (number);
  'memoryLimitMib': (number);
  'shmMib': (number);
  'memlock': (string);
  'pull': (string);
  'health': (_hostler_v1_Probe__Output | null);
  'warm': (_hostler_v1_WarmProbe__Output | null);
  'apiKey': (string);
  'metricsPath': (string);
  'stopGraceMs': (number);
  'loadTimeoutMs': (number);
  'onPartition': (string);
  'engine': (string);
  'onOom': (string);
  'restart': (string);
  'reservedPorts': (number)[];
}
