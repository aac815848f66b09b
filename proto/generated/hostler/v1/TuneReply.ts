// Original file: proto/hostler/v1/control.proto


export interface TuneReply {
  'host'?: (string);
  'document'?: (Buffer | Uint8Array | string);
  'code'?: (string);
  'error'?: (string);
}

export interface TuneReply__Output {
  'host': (string);
  'document': (Buffer);
  'code': (string);
  'error': (string);
}
