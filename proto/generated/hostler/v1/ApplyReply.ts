// Original file: proto/hostler/v1/control.proto


export interface ApplyReply {
  'deployment'?: (string);
  'revision'?: (number);
  'created'?: (boolean);
  'changed'?: (boolean);
  'notes'?: (string)[];
}

export interface ApplyReply__Output {
  'deployment': (string);
  'revision': (number);
  'created': (boolean);
  'changed': (boolean);
  'notes': (string)[];
}
