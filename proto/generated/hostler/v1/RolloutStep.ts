// Original file: proto/hostler/v1/control.proto


export interface RolloutStep {
  'name'?: (string);
  'state'?: (string);
  'progress'?: (string);
  'waitsFor'?: (string);
}

export interface RolloutStep__Output {
  'name': (string);
  'state': (string);
  'progress': (string);
  'waitsFor': (string);
}
