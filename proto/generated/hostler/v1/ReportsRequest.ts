// Original file: proto/hostler/v1/control.proto


export interface ReportsRequest {
  'limit'?: (number);
  'subject'?: (string);
  'host'?: (string);
}

export interface ReportsRequest__Output {
  'limit': (number);
  'subject': (string);
  'host': (string);
}
