// Original file: proto/hostler/v1/control.proto


export interface LeavingReplica {
  'id'?: (string);
  'message'?: (string);
}

export interface LeavingReplica__Output {
  'id': (string);
  'message': (string);
}
