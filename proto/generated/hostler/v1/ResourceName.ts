// Original file: proto/hostler/v1/control.proto


export interface ResourceName {
  'kind'?: (string);
  'name'?: (string);
}

export interface ResourceName__Output {
  'kind': (string);
  'name': (string);
}
