// Original file: proto/hostler/v1/identity.proto


export interface EnrolReply {
  'id'?: (string);
  'kind'?: (string);
  'name'?: (string);
  'certificatePem'?: (string);
  'caPem'?: (string);
  'controllerAddress'?: (string);
}

export interface EnrolReply__Output {
  'id': (string);
  'kind': (string);
  'name': (string);
  'certificatePem': (string);
  'caPem': (string);
  'controllerAddress': (string);
}
