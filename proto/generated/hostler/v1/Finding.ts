// Original file: proto/hostler/v1/host.proto


export interface Finding {
  'code'?: (string);
  'severity'?: (string);
  'message'?: (string);
  'remedy'?: (string);
}

export interface Finding__Output {
  'code': (string);
  'severity': (string);
  'message': (string);
  'remedy': (string);
}
