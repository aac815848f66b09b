// Original file: proto/hostler/v1/control.proto


export interface ResourceRequest {
  'documentJson'?: (string);
  'source'?: (string);
  'dryRun'?: (boolean);
}

export interface ResourceRequest__Output {
  'documentJson': (string);
  'source': (string);
  'dryRun': (boolean);
}
