// Original file: proto/hostler/v1/gateway.proto

import type { Snapshot as _hostler_v1_Snapshot, Snapshot__Output as _hostler_v1_Snapshot__Output } from '../../hostler/v1/Snapshot.ts';
import type { GatewayPing as _hostler_v1_GatewayPing, GatewayPing__Output as _hostler_v1_GatewayPing__Output } from '../../hostler/v1/GatewayPing.ts';

export interface GatewayUpdate {
  'snapshot'?: (_hostler_v1_Snapshot | null);
  'ping'?: (_hostler_v1_GatewayPing | null);
  'body'?: "snapshot"|"ping";
}

export interface GatewayUpdate__Output {
  'snapshot'?: (_hostler_v1_Snapshot__Output | null);
  'ping'?: (_hostler_v1_GatewayPing__Output | null);
  'body'?: "snapshot"|"ping";
}
