// Original file: proto/hostler/v1/gateway.proto

import type { GatewayHello as _hostler_v1_GatewayHello, GatewayHello__Output as _hostler_v1_GatewayHello__Output } from '../../hostler/v1/GatewayHello.ts';
import type { GatewayAck as _hostler_v1_GatewayAck, GatewayAck__Output as _hostler_v1_GatewayAck__Output } from '../../hostler/v1/GatewayAck.ts';

export interface GatewayMessage {
  'hello'?: (_hostler_v1_GatewayHello | null);
  'ack'?: (_hostler_v1_GatewayAck | null);
  'body'?: "hello"|"ack";
}

export interface GatewayMessage__Output {
  'hello'?: (_hostler_v1_GatewayHello__Output | null);
  'ack'?: (_hostler_v1_GatewayAck__Output | null);
  'body'?: "hello"|"ack";
}
