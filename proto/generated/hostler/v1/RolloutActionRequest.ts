// Original file: proto/hostler/v1/control.proto


export interface RolloutActionRequest {
  'name'?: (string);
  'action'?: (string);
  'revision'?: (number);
}

export interface RolloutActionRequest__Output {
  'name': (string);
  'action': (string);
  'revision': (number);
}
