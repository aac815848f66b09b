// Original file: proto/hostler/v1/control.proto


export interface ResourceApplied {
  'kind'?: (string);
  'name'?: (string);
  'created'?: (boolean);
  'changed'?: (boolean);
  'notes'?: (string)[];
}

export interface ResourceApplied__Output {
  'kind': (string);
  'name': (string);
  'created': (boolean);
  'changed': (boolean);
  'notes': (string)[];
}
