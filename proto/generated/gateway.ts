import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApiKey as _hostler_v1_ApiKey, ApiKey__Output as _hostler_v1_ApiKey__Output } from './hostler/v1/ApiKey.ts';
import type { Endpoint as _hostler_v1_Endpoint, Endpoint__Output as _hostler_v1_Endpoint__Output } from './hostler/v1/Endpoint.ts';
import type { EngineLoad as _hostler_v1_EngineLoad, EngineLoad__Output as _hostler_v1_EngineLoad__Output } from './hostler/v1/EngineLoad.ts';
import type { EngineLoads as _hostler_v1_EngineLoads, EngineLoads__Output as _hostler_v1_EngineLoads__Output } from './hostler/v1/EngineLoads.ts';
import type { GatewayAck as _hostler_v1_GatewayAck, GatewayAck__Output as _hostler_v1_GatewayAck__Output } from './hostler/v1/GatewayAck.ts';
import type { GatewayHello as _hostler_v1_GatewayHello, GatewayHello__Output as _hostler_v1_GatewayHello__Output } from './hostler/v1/GatewayHello.ts';
import type { GatewayLinkClient as _hostler_v1_GatewayLinkClient, GatewayLinkDefinition as _hostler_v1_GatewayLinkDefinition } from './hostler/v1/GatewayLink.ts';
import type { GatewayMessage as _hostler_v1_GatewayMessage, GatewayMessage__Output as _hostler_v1_GatewayMessage__Output } from './hostler/v1/GatewayMessage.ts';
import type { GatewayPing as _hostler_v1_GatewayPing, GatewayPing__Output as _hostler_v1_GatewayPing__Output } from './hostler/v1/GatewayPing.ts';
import type { GatewayTraffic as _hostler_v1_GatewayTraffic, GatewayTraffic__Output as _hostler_v1_GatewayTraffic__Output } from './hostler/v1/GatewayTraffic.ts';
import type { GatewayUpdate as _hostler_v1_GatewayUpdate, GatewayUpdate__Output as _hostler_v1_GatewayUpdate__Output } from './hostler/v1/GatewayUpdate.ts';
import type { RateLimit as _hostler_v1_RateLimit, RateLimit__Output as _hostler_v1_RateLimit__Output } from './hostler/v1/RateLimit.ts';
import type { RevisionShare as _hostler_v1_RevisionShare, RevisionShare__Output as _hostler_v1_RevisionShare__Output } from './hostler/v1/RevisionShare.ts';
import type { Route as _hostler_v1_Route, Route__Output as _hostler_v1_Route__Output } from './hostler/v1/Route.ts';
import type { Snapshot as _hostler_v1_Snapshot, Snapshot__Output as _hostler_v1_Snapshot__Output } from './hostler/v1/Snapshot.ts';
import type { TrafficEntry as _hostler_v1_TrafficEntry, TrafficEntry__Output as _hostler_v1_TrafficEntry__Output } from './hostler/v1/TrafficEntry.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  hostler: {
    v1: {
      ApiKey: MessageTypeDefinition<_hostler_v1_ApiKey, _hostler_v1_ApiKey__Output>
      Endpoint: MessageTypeDefinition<_hostler_v1_Endpoint, _hostler_v1_Endpoint__Output>
      EngineLoad: MessageTypeDefinition<_hostler_v1_EngineLoad, _hostler_v1_EngineLoad__Output>
      EngineLoads: MessageTypeDefinition<_hostler_v1_EngineLoads, _hostler_v1_EngineLoads__Output>
      GatewayAck: MessageTypeDefinition<_hostler_v1_GatewayAck, _hostler_v1_GatewayAck__Output>
      GatewayHello: MessageTypeDefinition<_hostler_v1_GatewayHello, _hostler_v1_GatewayHello__Output>
      GatewayLink: SubtypeConstructor<typeof grpc.Client, _hostler_v1_GatewayLinkClient> & { service: _hostler_v1_GatewayLinkDefinition }
      GatewayMessage: MessageTypeDefinition<_hostler_v1_GatewayMessage, _hostler_v1_GatewayMessage__Output>
      GatewayPing: MessageTypeDefinition<_hostler_v1_GatewayPing, _hostler_v1_GatewayPing__Output>
      GatewayTraffic: MessageTypeDefinition<_hostler_v1_GatewayTraffic, _hostler_v1_GatewayTraffic__Output>
      GatewayUpdate: MessageTypeDefinition<_hostler_v1_GatewayUpdate, _hostler_v1_GatewayUpdate__Output>
      RateLimit: MessageTypeDefinition<_hostler_v1_RateLimit, _hostler_v1_RateLimit__Output>
      RevisionShare: MessageTypeDefinition<_hostler_v1_RevisionShare, _hostler_v1_RevisionShare__Output>
      Route: MessageTypeDefinition<_hostler_v1_Route, _hostler_v1_Route__Output>
      Snapshot: MessageTypeDefinition<_hostler_v1_Snapshot, _hostler_v1_Snapshot__Output>
      TrafficEntry: MessageTypeDefinition<_hostler_v1_TrafficEntry, _hostler_v1_TrafficEntry__Output>
    }
  }
}

