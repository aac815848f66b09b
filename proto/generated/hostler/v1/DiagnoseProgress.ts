// Original file: proto/hostler/v1/control.proto


export interface DiagnoseProgress {
  'done'?: (number);
  'total'?: (number);
  'host'?: (string);
  'doing'?: (string);
  'error'?: (string);
}

export interface DiagnoseProgress__Output {
  'done': (number);
  'total': (number);
  'host': (string);
  'doing': (string);
  'error': (string);
}
