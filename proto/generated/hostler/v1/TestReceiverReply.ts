// Original file: proto/hostler/v1/alert.proto


export interface TestReceiverReply {
  'detail'?: (string);
}

export interface TestReceiverReply__Output {
  'detail': (string);
}
