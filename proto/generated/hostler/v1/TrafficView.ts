// Original file: proto/hostler/v1/control.proto

import type { Long } from '@grpc/proto-loader';

export interface TrafficView {
  'spanMs'?: (number);
  'requests'?: (number | string | Long);
  'errors'?: (number | string | Long);
  'refused'?: (number | string | Long);
  'waiting'?: (number);
  'inFlight'?: (number);
  'ttftP50Ms'?: (number | string);
  'ttftP99Ms'?: (number | string);
  'tokensPerSecond'?: (number | string);
  '_ttftP50Ms'?: "ttftP50Ms";
  '_ttftP99Ms'?: "ttftP99Ms";
  '_tokensPerSecond'?: "tokensPerSecond";
}

export interface TrafficView__Output {
  'spanMs': (number);
  'requests': (number);
  'errors': (number);
  'refused': (number);
  'waiting': (number);
  'inFlight': (number);
  'ttftP50Ms'?: (number);
  'ttftP99Ms'?: (number);
  'tokensPerSecond'?: (number);
  '_ttftP50Ms'?: "ttftP50Ms";
  '_ttftP99Ms'?: "ttftP99Ms";
  '_tokensPerSecond'?: "tokensPerSecond";
}
