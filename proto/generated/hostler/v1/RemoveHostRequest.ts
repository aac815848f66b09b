// Original file: proto/hostler/v1/control.proto


export interface RemoveHostRequest {
  'name'?: (string);
  'force'?: (boolean);
}

export interface RemoveHostRequest__Output {
  'name': (string);
  'force': (boolean);
}
