// Original file: proto/hostler/v1/gateway.proto


export interface RevisionShare {
  'revision'?: (number);
  'share'?: (number | string);
}

export interface RevisionShare__Output {
  'revision': (number);
  'share': (number);
}
