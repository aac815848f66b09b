// Original file: proto/hostler/v1/alert.proto


export interface AlertWords {
  'summary'?: (string);
  'description'?: (string);
  'remedy'?: (string);
}

export interface AlertWords__Output {
  'summary': (string);
  'description': (string);
  'remedy': (string);
}
