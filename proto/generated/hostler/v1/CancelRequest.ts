// Original file: proto/hostler/v1/agent.proto


export interface CancelRequest {
  'requestId'?: (string);
}

export interface CancelRequest__Output {
  'requestId': (string);
}
