// Original file: proto/hostler/v1/control.proto


export interface CreateKeyReply {
  'id'?: (string);
  'key'?: (string);
}

export interface CreateKeyReply__Output {
  'id': (string);
  'key': (string);
}
