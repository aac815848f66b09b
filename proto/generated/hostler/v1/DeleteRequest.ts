// Original file: proto/hostler/v1/control.proto


export interface DeleteRequest {
  'name'?: (string);
}

export interface DeleteRequest__Output {
  'name': (string);
}
