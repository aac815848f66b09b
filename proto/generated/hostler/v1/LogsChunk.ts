// Original file: proto/hostler/v1/control.proto


export interface LogsChunk {
  'data'?: (Buffer | Uint8Array | string);
}

export interface LogsChunk__Output {
  'data': (Buffer);
}
