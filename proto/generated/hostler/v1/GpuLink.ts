// Original file: proto/hostler/v1/host.proto


export interface GpuLink {
  'aUuid'?: (string);
  'bUuid'?: (string);
  'kind'?: (string);
}

export interface GpuLink__Output {
  'aUuid': (string);
  'bUuid': (string);
  'kind': (string);
}
