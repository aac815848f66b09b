// Original file: proto/hostler/v1/control.proto


export interface ResourceReply {
  'kind'?: (string);
  'name'?: (string);
  'created'?: (boolean);
  'changed'?: (boolean);
  'notes'?: (string)[];
}

export interface ResourceReply__Output {
  'kind': (string);
  'name': (string);
  'created': (boolean);
  'changed': (boolean);
  'notes': (string)[];
}
