// Original file: proto/hostler/v1/control.proto


export interface PlannedStep {
  'round'?: (number);
  'level'?: (string);
  'reason'?: (string);
  'subject'?: (string);
  'message'?: (string);
}

export interface PlannedStep__Output {
  'round': (number);
  'level': (string);
  'reason': (string);
  'subject': (string);
  'message': (string);
}
