// Original file: proto/hostler/v1/alert.proto


export interface TestReceiverRequest {
  'receiver'?: (string);
}

export interface TestReceiverRequest__Output {
  'receiver': (string);
}
