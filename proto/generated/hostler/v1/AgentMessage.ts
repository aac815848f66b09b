// Original file: proto/hostler/v1/agent.proto

import type { Hello as _hostler_v1_Hello, Hello__Output as _hostler_v1_Hello__Output } from '../../hostler/v1/Hello.ts';
import type { StatusReport as _hostler_v1_StatusReport, StatusReport__Output as _hostler_v1_StatusReport__Output } from '../../hostler/v1/StatusReport.ts';
import type { SpecAck as _hostler_v1_SpecAck, SpecAck__Output as _hostler_v1_SpecAck__Output } from '../../hostler/v1/SpecAck.ts';
import type { Heartbeat as _hostler_v1_Heartbeat, Heartbeat__Output as _hostler_v1_Heartbeat__Output } from '../../hostler/v1/Heartbeat.ts';
import type { Inventory as _hostler_v1_Inventory, Inventory__Output as _hostler_v1_Inventory__Output } from '../../hostler/v1/Inventory.ts';
import type { Refusal as _hostler_v1_Refusal, Refusal__Output as _hostler_v1_Refusal__Output } from '../../hostler/v1/Refusal.ts';
import type { TuningStatus as _hostler_v1_TuningStatus, TuningStatus__Output as _hostler_v1_TuningStatus__Output } from '../../hostler/v1/TuningStatus.ts';
import type { Long } from '@grpc/proto-loader';

export interface AgentMessage {
  'seq'?: (number | string | Long);
  'hello'?: (_hostler_v1_Hello | null);
  'status'?: (_hostler_v1_StatusReport | null);
  'specAck'?: (_hostler_v1_SpecAck | null);
  'heartbeat'?: (_hostler_v1_Heartbeat | null);
  'inventory'?: (_hostler_v1_Inventory | null);
  'refusal'?: (_hostler_v1_Refusal | null);
  'tuning'?: (_hostler_v1_TuningStatus | null);
  'body'?: "hello"|"status"|"specAck"|"heartbeat"|"inventory"|"refusal"|"tuning";
}

export interface AgentMessage__Output {
  'seq': (number);
  'hello'?: (_hostler_v1_Hello__Output | null);
  'status'?: (_hostler_v1_StatusReport__Output | null);
  'specAck'?: (_hostler_v1_SpecAck__Output | null);
  'heartbeat'?: (_hostler_v1_Heartbeat__Output | null);
  'inventory'?: (_hostler_v1_Inventory__Output | null);
  'refusal'?: (_hostler_v1_Refusal__Output | null);
  'tuning'?: (_hostler_v1_TuningStatus__Output | null);
  'body'?: "hello"|"status"|"specAck"|"heartbeat"|"inventory"|"refusal"|"tuning";
}
