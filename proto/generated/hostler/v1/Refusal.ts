// Original file: proto/hostler/v1/agent.proto


export interface Refusal {
  'requestId'?: (string);
  'code'?: (string);
  'message'?: (string);
}

export interface Refusal__Output {
  'requestId': (string);
  'code': (string);
  'message': (string);
}
