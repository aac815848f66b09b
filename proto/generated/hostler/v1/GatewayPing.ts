// Original file: proto/hostler/v1/gateway.proto


export interface GatewayPing {
}

export interface GatewayPing__Output {
}
