// Original file: proto/hostler/v1/control.proto


export interface ResourceRequest {
  'documentsJson'?: (string)[];
  'source'?: (string);
  'dryRun'?: (boolean);
}

export interface ResourceRequest__Output {
  'documentsJson': (string)[];
  'source': (string);
  'dryRun': (boolean);
}
