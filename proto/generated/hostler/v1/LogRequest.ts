// Original file: proto/hostler/v1/agent.proto


export interface LogRequest {
  'replicaId'?: (string);
  'tailLines'?: (number);
  'follow'?: (boolean);
  'timestamps'?: (boolean);
}

export interface LogRequest__Output {
  'replicaId': (string);
  'tailLines': (number);
  'follow': (boolean);
  'timestamps': (boolean);
}
