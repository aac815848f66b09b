// Original file: proto/hostler/v1/control.proto


export interface ScaleSignalView {
  'name'?: (string);
  'value'?: (string);
  'target'?: (string);
  'asks'?: (number);
  'enough'?: (number);
  'missing'?: (string);
  '_enough'?: "enough";
}

export interface ScaleSignalView__Output {
  'name': (string);
  'value': (string);
  'target': (string);
  'asks': (number);
  'enough'?: (number);
  'missing': (string);
  '_enough'?: "enough";
}
