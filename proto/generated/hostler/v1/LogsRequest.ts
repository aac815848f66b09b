// Original file: proto/hostler/v1/control.proto


export interface LogsRequest {
  'replica'?: (string);
  'tailLines'?: (number);
  'follow'?: (boolean);
  'timestamps'?: (boolean);
}

export interface LogsRequest__Output {
  'replica': (string);
  'tailLines': (number);
  'follow': (boolean);
  'timestamps': (boolean);
}
