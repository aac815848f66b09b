// Original file: proto/hostler/v1/control.proto


export interface CanaryView {
  'revision'?: (number);
  'stableRevision'?: (number);
  'replicas'?: (number);
  'trafficPercent'?: (number | string);
  'promote'?: (string);
  'serving'?: (boolean);
}

export interface CanaryView__Output {
  'revision': (number);
  'stableRevision': (number);
  'replicas': (number);
  'trafficPercent': (number);
  'promote': (string);
  'serving': (boolean);
}
