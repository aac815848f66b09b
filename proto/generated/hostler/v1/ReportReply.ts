// Original file: proto/hostler/v1/control.proto


export interface ReportReply {
  'document'?: (Buffer | Uint8Array | string);
}

export interface ReportReply__Output {
  'document': (Buffer);
}
