// Original file: proto/hostler/v1/control.proto


export interface PlannedMember {
  'host'?: (string);
  'gpus'?: (number)[];
}

export interface PlannedMember__Output {
  'host': (string);
  'gpus': (number)[];
}
