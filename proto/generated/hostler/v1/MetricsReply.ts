// Original file: proto/hostler/v1/control.proto

import type { HostMetrics as _hostler_v1_HostMetrics, HostMetrics__Output as _hostler_v1_HostMetrics__Output } from '../../hostler/v1/HostMetrics.ts';

export interface MetricsReply {
  'hosts'?: (_hostler_v1_HostMetrics)[];
}

export interface MetricsReply__Output {
  'hosts': (_hostler_v1_HostMetrics__Output)[];
}
