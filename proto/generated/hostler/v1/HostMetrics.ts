// Original file: proto/hostler/v1/control.proto

import type { MetricFrame as _hostler_v1_MetricFrame, MetricFrame__Output as _hostler_v1_MetricFrame__Output } from '../../hostler/v1/MetricFrame.ts';
import type { Long } from '@grpc/proto-loader';

export interface HostMetrics {
  'host'?: (string);
  'frame'?: (_hostler_v1_MetricFrame | null);
  'ageMs'?: (number | string | Long);
}

export interface HostMetrics__Output {
  'host': (string);
  'frame': (_hostler_v1_MetricFrame__Output | null);
  'ageMs': (number);
}
