// Original file: proto/hostler/v1/control.proto


export interface HostActionResult {
  'host'?: (string);
  'changed'?: (boolean);
}

export interface HostActionResult__Output {
  'host': (string);
  'changed': (boolean);
}
