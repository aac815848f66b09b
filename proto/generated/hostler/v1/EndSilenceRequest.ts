// Original file: proto/hostler/v1/alert.proto


export interface EndSilenceRequest {
  'id'?: (string);
}

export interface EndSilenceRequest__Output {
  'id': (string);
}
