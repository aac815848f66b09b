// Original file: proto/hostler/v1/gateway.proto

import type { TrafficEntry as _hostler_v1_TrafficEntry, TrafficEntry__Output as _hostler_v1_TrafficEntry__Output } from '../../hostler/v1/TrafficEntry.ts';

export interface GatewayTraffic {
  'firstByteBoundsMs'?: (number | string)[];
  'durationBoundsMs'?: (number | string)[];
  'entries'?: (_hostler_v1_TrafficEntry)[];
}

export interface GatewayTraffic__Output {
  'firstByteBoundsMs': (number)[];
  'durationBoundsMs': (number)[];
  'entries': (_hostler_v1_TrafficEntry__Output)[];
}
