// Original file: proto/hostler/v1/control.proto


export interface FleetRequest {
  'watch'?: (boolean);
  'kinds'?: (string)[];
  'brief'?: (boolean);
}

export interface FleetRequest__Output {
  'watch': (boolean);
  'kinds': (string)[];
  'brief': (boolean);
}
