// Original file: proto/hostler/v1/agent.proto


export interface PeerServeRequest {
  'peers'?: (string)[];
}

export interface PeerServeRequest__Output {
  'peers': (string)[];
}
