// Original file: proto/hostler/v1/gateway.proto


export interface RateLimit {
  'requestsPerSecond'?: (number | string);
  'burst'?: (number | string);
}

export interface RateLimit__Output {
  'requestsPerSecond': (number);
  'burst': (number);
}
