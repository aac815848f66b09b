// Original file: proto/hostler/v1/control.proto


export interface GpuHolder {
  'gpuUuid'?: (string);
  'replicaId'?: (string);
}

export interface GpuHolder__Output {
  'gpuUuid': (string);
  'replicaId': (string);
}
