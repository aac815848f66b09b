// Original file: proto/hostler/v1/host.proto


export interface TuningSetting {
  'kind'?: (string);
  'key'?: (string);
  'comparison'?: (string);
  'value'?: (string);
  'reason'?: (string);
  'source'?: (string);
}

export interface TuningSetting__Output {
  'kind': (string);
  'key': (string);
  'comparison': (string);
  'value': (string);
  'reason': (string);
  'source': (string);
}
