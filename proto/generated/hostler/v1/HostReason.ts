// Original file: proto/hostler/v1/control.proto


export interface HostReason {
  'host'?: (string);
  'code'?: (string);
  'message'?: (string);
}

export interface HostReason__Output {
  'host': (string);
  'code': (string);
  'message': (string);
}
