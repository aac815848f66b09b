// Original file: proto/hostler/v1/control.proto


export interface DeleteReply {
  'name'?: (string);
  'replicas'?: (number);
}

export interface DeleteReply__Output {
  'name': (string);
  'replicas': (number);
}
