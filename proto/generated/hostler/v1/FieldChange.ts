// Original file: proto/hostler/v1/control.proto


export interface FieldChange {
  'path'?: (string);
  'beforeJson'?: (string);
  'afterJson'?: (string);
}

export interface FieldChange__Output {
  'path': (string);
  'beforeJson': (string);
  'afterJson': (string);
}
