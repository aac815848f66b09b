// Original file: proto/hostler/v1/gateway.proto


export interface Endpoint {
  'replicaId'?: (string);
  'origin'?: (string);
  'apiKey'?: (string);
  'draining'?: (boolean);
  'revision'?: (number);
  'maxConcurrent'?: (number);
  'weight'?: (number);
}

export interface Endpoint__Output {
  'replicaId': (string);
  'origin': (string);
  'apiKey': (string);
  'draining': (boolean);
  'revision': (number);
  'maxConcurrent': (number);
  'weight': (number);
}
