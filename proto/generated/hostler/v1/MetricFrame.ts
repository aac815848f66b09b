// Original file: proto/hostler/v1/host.proto

import type { MetricSeries as _hostler_v1_MetricSeries, MetricSeries__Output as _hostler_v1_MetricSeries__Output } from '../../hostler/v1/MetricSeries.ts';
import type { Long } from '@grpc/proto-loader';

export interface MetricFrame {
  'atUnixMs'?: (number | string | Long);
  'dictionary'?: (number);
  'series'?: (_hostler_v1_MetricSeries)[];
  'values'?: (Buffer | Uint8Array | string);
}

export interface MetricFrame__Output {
  'atUnixMs': (number);
  'dictionary': (number);
  'series': (_hostler_v1_MetricSeries__Output)[];
  'values': (Buffer);
}
