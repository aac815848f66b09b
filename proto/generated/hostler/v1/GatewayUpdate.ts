// Original file: proto/hostler/v1/gateway.proto

import type { Snapshot as _hostler_v1_Snapshot, Snapshot__Output as _hostler_v1_Snapshot__Output } from '../../hostler/v1/Snapshot.ts';
import type { GatewayPing as _hostler_v1_GatewayPing, GatewayPing__Output as _hostler_v1_GatewayPing__Output } from '../../hostler/v1/GatewayPing.ts';
import type { EngineLoads as _hostler_v1_EngineLoads, EngineLoads__Output as _hostler_v1_EngineLoads__Output } from '../../hostler/v1/EngineLoads.ts';

export interface GatewayUpdate {
  'snapshot'?: (_hostler_v1_Snapshot | null);
  'ping'?: (_hostler_v1_GatewayPing | null);
  'loads'?: (_hostler_v1_EngineLoads | null);
  'body'?: "snapshot"|"ping"|"loads";
}

export interface GatewayUpdate__Output {
  'snapshot'?: (_hostler_v1_Snapshot__Output | null);
  'ping'?: (_hostler_v1_GatewayPing__Output | null);
  'loads'?: (_hostler_v1_EngineLoads__Output | null);
  'body'?: "snapshot"|"ping"|"loads";
}
