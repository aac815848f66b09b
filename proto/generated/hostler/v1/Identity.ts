// Original file: proto/hostler/v1/identity.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { EnrolReply as _hostler_v1_EnrolReply, EnrolReply__Output as _hostler_v1_EnrolReply__Output } from '../../hostler/v1/EnrolReply.ts';
import type { RenewRequest as _hostler_v1_RenewRequest, RenewRequest__Output as _hostler_v1_RenewRequest__Output } from '../../hostler/v1/RenewRequest.ts';

export interface IdentityClient extends grpc.Client {
  Renew(argument: _hostler_v1_RenewRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_EnrolReply__Output>): grpc.ClientUnaryCall;
  Renew(argument: _hostler_v1_RenewRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_EnrolReply__Output>): grpc.ClientUnaryCall;
  Renew(argument: _hostler_v1_RenewRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_EnrolReply__Output>): grpc.ClientUnaryCall;
  Renew(argument: _hostler_v1_RenewRequest, callback: grpc.requestCallback<_hostler_v1_EnrolReply__Output>): grpc.ClientUnaryCall;
  renew(argument: _hostler_v1_RenewRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_EnrolReply__Output>): grpc.ClientUnaryCall;
  renew(argument: _hostler_v1_RenewRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_EnrolReply__Output>): grpc.ClientUnaryCall;
  renew(argument: _hostler_v1_RenewRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_EnrolReply__Output>): grpc.ClientUnaryCall;
  renew(argument: _hostler_v1_RenewRequest, callback: grpc.requestCallback<_hostler_v1_EnrolReply__Output>): grpc.ClientUnaryCall;
  
}

export interface IdentityHandlers extends grpc.UntypedServiceImplementation {
  Renew: grpc.handleUnaryCall<_hostler_v1_RenewRequest__Output, _hostler_v1_EnrolReply>;
  
}

export interface IdentityDefinition extends grpc.ServiceDefinition {
  Renew: MethodDefinition<_hostler_v1_RenewRequest, _hostler_v1_EnrolReply, _hostler_v1_RenewRequest__Output, _hostler_v1_EnrolReply__Output>
}
