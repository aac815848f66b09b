// Original file: proto/hostler/v1/alert.proto


export interface ListAlertsRequest {
  'resolvedLimit'?: (number);
}

export interface ListAlertsRequest__Output {
  'resolvedLimit': (number);
}
