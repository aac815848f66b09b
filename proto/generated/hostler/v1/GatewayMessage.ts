// Original file: proto/hostler/v1/gateway.proto

import type { GatewayHello as _hostler_v1_GatewayHello, GatewayHello__Output as _hostler_v1_GatewayHello__Output } from '../../hostler/v1/GatewayHello.ts';
import type { GatewayAck as _hostler_v1_GatewayAck, GatewayAck__Output as _hostler_v1_GatewayAck__Output } from '../../hostler/v1/GatewayAck.ts';
import type { GatewayTraffic as _hostler_v1_GatewayTraffic, GatewayTraffic__Output as _hostler_v1_GatewayTraffic__Output } from '../../hostler/v1/GatewayTraffic.ts';

export interface GatewayMessage {
  'hello'?: (_hostler_v1_GatewayHello | null);
  'ack'?: (_hostler_v1_GatewayAck | null);
  'traffic'?: (_hostler_v1_GatewayTraffic | null);
  'body'?: "hello"|"ack"|"traffic";
}

export interface GatewayMessage__Output {
  'hello'?: (_hostler_v1_GatewayHello__Output | null);
  'ack'?: (_hostler_v1_GatewayAck__Output | null);
  'traffic'?: (_hostler_v1_GatewayTraffic__Output | null);
  'body'?: "hello"|"ack"|"traffic";
}
