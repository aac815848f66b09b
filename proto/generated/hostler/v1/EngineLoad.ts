// Original file: proto/hostler/v1/gateway.proto


export interface EngineLoad {
  'replicaId'?: (string);
  'running'?: (number | string);
  'waiting'?: (number | string);
  'kvCacheRatio'?: (number | string);
  'ageMs'?: (number | string);
  '_kvCacheRatio'?: "kvCacheRatio";
}

export interface EngineLoad__Output {
  'replicaId': (string);
  'running': (number);
  'waiting': (number);
  'kvCacheRatio'?: (number);
  'ageMs': (number);
  '_kvCacheRatio'?: "kvCacheRatio";
}
