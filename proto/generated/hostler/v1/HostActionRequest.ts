// Original file: proto/hostler/v1/control.proto


export interface HostActionRequest {
  'hosts'?: (string)[];
  'action'?: (string);
  'force'?: (boolean);
}

export interface HostActionRequest__Output {
  'hosts': (string)[];
  'action': (string);
  'force': (boolean);
}
