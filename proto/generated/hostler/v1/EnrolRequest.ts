// Original file: proto/hostler/v1/identity.proto


export interface EnrolRequest {
  'tokenId'?: (string);
  'tokenSecret'?: (string);
  'csrPem'?: (string);
  'name'?: (string);
  'machineId'?: (string);
  'protocol'?: (number);
  'version'?: (string);
}

export interface EnrolRequest__Output {
  'tokenId': (string);
  'tokenSecret': (string);
  'csrPem': (string);
  'name': (string);
  'machineId': (string);
  'protocol': (number);
  'version': (string);
}
