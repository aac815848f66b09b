// Original file: proto/hostler/v1/control.proto


export interface GpuModel {
  'model'?: (string);
  'count'?: (number);
}

export interface GpuModel__Output {
  'model': (string);
  'count': (number);
}
