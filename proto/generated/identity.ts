import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { EnrolReply as _hostler_v1_EnrolReply, EnrolReply__Output as _hostler_v1_EnrolReply__Output } from './hostler/v1/EnrolReply.ts';
import type { EnrolRequest as _hostler_v1_EnrolRequest, EnrolRequest__Output as _hostler_v1_EnrolRequest__Output } from './hostler/v1/EnrolRequest.ts';
import type { EnrolmentClient as _hostler_v1_EnrolmentClient, EnrolmentDefinition as _hostler_v1_EnrolmentDefinition } from './hostler/v1/Enrolment.ts';
import type { IdentityClient as _hostler_v1_IdentityClient, IdentityDefinition as _hostler_v1_IdentityDefinition } from './hostler/v1/Identity.ts';
import type { RenewRequest as _hostler_v1_RenewRequest, RenewRequest__Output as _hostler_v1_RenewRequest__Output } from './hostler/v1/RenewRequest.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  hostler: {
    v1: {
      EnrolReply: MessageTypeDefinition<_hostler_v1_EnrolReply, _hostler_v1_EnrolReply__Output>
      EnrolRequest: MessageTypeDefinition<_hostler_v1_EnrolRequest, _hostler_v1_EnrolRequest__Output>
      Enrolment: SubtypeConstructor<typeof grpc.Client, _hostler_v1_EnrolmentClient> & { service: _hostler_v1_EnrolmentDefinition }
      Identity: SubtypeConstructor<typeof grpc.Client, _hostler_v1_IdentityClient> & { service: _hostler_v1_IdentityDefinition }
      RenewRequest: MessageTypeDefinition<_hostler_v1_RenewRequest, _hostler_v1_RenewRequest__Output>
    }
  }
}

