// Original file: proto/hostler/v1/control.proto


export interface TuneCall {
  'action'?: (string);
  'hosts'?: (string)[];
  'profile'?: (string);
}

export interface TuneCall__Output {
  'action': (string);
  'hosts': (string)[];
  'profile': (string);
}
