// Original file: proto/hostler/v1/agent.proto


export interface AnswerChunk {
  'requestId'?: (string);
  'data'?: (Buffer | Uint8Array | string);
  'end'?: (boolean);
  'error'?: (string);
}

export interface AnswerChunk__Output {
  'requestId': (string);
  'data': (Buffer);
  'end': (boolean);
  'error': (string);
}
