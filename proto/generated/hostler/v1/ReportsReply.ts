// Original file: proto/hostler/v1/control.proto


export interface ReportsReply {
  'summaries'?: (Buffer | Uint8Array | string)[];
}

export interface ReportsReply__Output {
  'summaries': (Buffer)[];
}
