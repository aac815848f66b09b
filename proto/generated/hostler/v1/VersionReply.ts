// Original file: proto/hostler/v1/control.proto


export interface VersionReply {
  'version'?: (string);
  'protocol'?: (number);
  'identity'?: (string);
  'role'?: (string);
}

export interface VersionReply__Output {
  'version': (string);
  'protocol': (number);
  'identity': (string);
  'role': (string);
}
