// Original file: proto/hostler/v1/control.proto


export interface ApplyRequest {
  'specJson'?: (string);
  'source'?: (string);
  'dryRun'?: (boolean);
}

export interface ApplyRequest__Output {
  'specJson': (string);
  'source': (string);
  'dryRun': (boolean);
}
