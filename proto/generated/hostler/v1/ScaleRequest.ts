// Original file: proto/hostler/v1/control.proto


export interface ScaleRequest {
  'name'?: (string);
  'replicas'?: (number);
}

export interface ScaleRequest__Output {
  'name': (string);
  'replicas': (number);
}
