// Original file: proto/hostler/v1/control.proto


export interface PlanRequest {
  'specsJson'?: (string)[];
  'source'?: (string);
}

export interface PlanRequest__Output {
  'specsJson': (string)[];
  'source': (string);
}
