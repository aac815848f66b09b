// Original file: proto/hostler/v1/gateway.proto

import type { Long } from '@grpc/proto-loader';

export interface TrafficEntry {
  'deployment'?: (string);
  'revision'?: (number);
  'startedUnixMs'?: (number | string | Long);
  'ok'?: (number | string | Long);
  'clientError'?: (number | string | Long);
  'upstreamError'?: (number | string | Long);
  'cut'?: (number | string | Long);
  'refused429'?: (number | string | Long);
  'refused503'?: (number | string | Long);
  'cancelled'?: (number | string | Long);
  'retried'?: (number | string | Long);
  'firstByteBuckets'?: (number | string | Long)[];
  'durationBuckets'?: (number | string | Long)[];
  'inFlight'?: (number);
}

export interface TrafficEntry__Output {
  'deployment': (string);
  'revision': (number);
  'startedUnixMs': (number);
  'ok': (number);
  'clientError': (number);
  'upstreamError': (number);
  'cut': (number);
  'refused429': (number);
  'refused503': (number);
  'cancelled': (number);
  'retried': (number);
  'firstByteBuckets': (number)[];
  'durationBuckets': (number)[];
  'inFlight': (number);
}
