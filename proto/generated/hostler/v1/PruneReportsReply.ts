// Original file: proto/hostler/v1/control.proto


export interface PruneReportsReply {
  'removed'?: (number);
}

export interface PruneReportsReply__Output {
  'removed': (number);
}
