// Original file: proto/hostler/v1/alert.proto


export interface ListNoticesRequest {
  'limit'?: (number);
}

export interface ListNoticesRequest__Output {
  'limit': (number);
}
