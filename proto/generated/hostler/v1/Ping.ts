// Original file: proto/hostler/v1/agent.proto


export interface Ping {
}

export interface Ping__Output {
}
