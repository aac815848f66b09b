// Original file: proto/hostler/v1/agent.proto

import type { HostUsage as _hostler_v1_HostUsage, HostUsage__Output as _hostler_v1_HostUsage__Output } from '../../hostler/v1/HostUsage.ts';
import type { MetricFrame as _hostler_v1_MetricFrame, MetricFrame__Output as _hostler_v1_MetricFrame__Output } from '../../hostler/v1/MetricFrame.ts';

export interface Heartbeat {
  'usage'?: (_hostler_v1_HostUsage | null);
  'metrics'?: (_hostler_v1_MetricFrame | null);
}

export interface Heartbeat__Output {
  'usage': (_hostler_v1_HostUsage__Output | null);
  'metrics': (_hostler_v1_MetricFrame__Output | null);
}
