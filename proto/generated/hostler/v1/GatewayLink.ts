// Original file: proto/hostler/v1/gateway.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GatewayMessage as _hostler_v1_GatewayMessage, GatewayMessage__Output as _hostler_v1_GatewayMessage__Output } from '../../hostler/v1/GatewayMessage.ts';
import type { GatewayUpdate as _hostler_v1_GatewayUpdate, GatewayUpdate__Output as _hostler_v1_GatewayUpdate__Output } from '../../hostler/v1/GatewayUpdate.ts';

export interface GatewayLinkClient extends grpc.Client {
  Follow(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hostler_v1_GatewayMessage, _hostler_v1_GatewayUpdate__Output>;
  Follow(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hostler_v1_GatewayMessage, _hostler_v1_GatewayUpdate__Output>;
  follow(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hostler_v1_GatewayMessage, _hostler_v1_GatewayUpdate__Output>;
  follow(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hostler_v1_GatewayMessage, _hostler_v1_GatewayUpdate__Output>;
  
}

export interface GatewayLinkHandlers extends grpc.UntypedServiceImplementation {
  Follow: grpc.handleBidiStreamingCall<_hostler_v1_GatewayMessage__Output, _hostler_v1_GatewayUpdate>;
  
}

export interface GatewayLinkDefinition extends grpc.ServiceDefinition {
  Follow: MethodDefinition<_hostler_v1_GatewayMessage, _hostler_v1_GatewayUpdate, _hostler_v1_GatewayMessage__Output, _hostler_v1_GatewayUpdate__Output>
}
