// Original file: proto/hostler/v1/control.proto


export interface MetricsRequest {
  'hosts'?: (string)[];
}

export interface MetricsRequest__Output {
  'hosts': (string)[];
}
