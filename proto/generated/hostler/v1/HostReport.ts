// Original file: proto/hostler/v1/agent.proto


export interface HostReport {
  'document'?: (Buffer | Uint8Array | string);
}

export interface HostReport__Output {
  'document': (Buffer);
}
