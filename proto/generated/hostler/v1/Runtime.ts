// Original file: proto/hostler/v1/host.proto


export interface Runtime {
  'name'?: (string);
  'version'?: (string);
  'problem'?: (string);
  'gpuRequests'?: (boolean);
  'memlockUnlimited'?: (boolean);
  'cdiDevices'?: (string)[];
}

export interface Runtime__Output {
  'name': (string);
  'version': (string);
  'problem': (string);
  'gpuRequests': (boolean);
  'memlockUnlimited': (boolean);
  'cdiDevices': (string)[];
}
