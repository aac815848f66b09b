// Original file: proto/hostler/v1/agent.proto

import type { Welcome as _hostler_v1_Welcome, Welcome__Output as _hostler_v1_Welcome__Output } from '../../hostler/v1/Welcome.ts';
import type { HostSpec as _hostler_v1_HostSpec, HostSpec__Output as _hostler_v1_HostSpec__Output } from '../../hostler/v1/HostSpec.ts';
import type { StatusAck as _hostler_v1_StatusAck, StatusAck__Output as _hostler_v1_StatusAck__Output } from '../../hostler/v1/StatusAck.ts';
import type { Request as _hostler_v1_Request, Request__Output as _hostler_v1_Request__Output } from '../../hostler/v1/Request.ts';
import type { Ping as _hostler_v1_Ping, Ping__Output as _hostler_v1_Ping__Output } from '../../hostler/v1/Ping.ts';
import type { Long } from '@grpc/proto-loader';

export interface ControllerMessage {
  'ackSeq'?: (number | string | Long);
  'welcome'?: (_hostler_v1_Welcome | null);
  'spec'?: (_hostler_v1_HostSpec | null);
  'statusAck'?: (_hostler_v1_StatusAck | null);
  'request'?: (_hostler_v1_Request | null);
  'ping'?: (_hostler_v1_Ping | null);
  'body'?: "welcome"|"spec"|"statusAck"|"request"|"ping";
}

export interface ControllerMessage__Output {
  'ackSeq': (number);
  'welcome'?: (_hostler_v1_Welcome__Output | null);
  'spec'?: (_hostler_v1_HostSpec__Output | null);
  'statusAck'?: (_hostler_v1_StatusAck__Output | null);
  'request'?: (_hostler_v1_Request__Output | null);
  'ping'?: (_hostler_v1_Ping__Output | null);
  'body'?: "welcome"|"spec"|"statusAck"|"request"|"ping";
}
