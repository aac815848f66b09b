// Original file: proto/hostler/v1/control.proto


export interface ThawReply {
  'changed'?: (boolean);
  'gaveUp'?: (string)[];
  'stops'?: (string);
}

export interface ThawReply__Output {
  'changed': (boolean);
  'gaveUp': (string)[];
  'stops': (string);
}
