// Original file: proto/hostler/v1/control.proto


export interface NameRequest {
  'name'?: (string);
}

export interface NameRequest__Output {
  'name': (string);
}
