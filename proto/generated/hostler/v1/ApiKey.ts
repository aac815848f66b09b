// Original file: proto/hostler/v1/gateway.proto

import type { RateLimit as _hostler_v1_RateLimit, RateLimit__Output as _hostler_v1_RateLimit__Output } from '../../hostler/v1/RateLimit.ts';
import type { Long } from '@grpc/proto-loader';

export interface ApiKey {
  'id'?: (string);
  'sha256Hex'?: (string);
  'tenant'?: (string);
  'models'?: (string)[];
  'rateLimit'?: (_hostler_v1_RateLimit | null);
  'expiresUnixMs'?: (number | string | Long);
  'priority'?: (number);
  'tokensPerMinute'?: (number | string | Long);
  '_rateLimit'?: "rateLimit";
}

export interface ApiKey__Output {
  'id': (string);
  'sha256Hex': (string);
  'tenant': (string);
  'models': (string)[];
  'rateLimit'?: (_hostler_v1_RateLimit__Output | null);
  'expiresUnixMs': (number);
  'priority': (number);
  'tokensPerMinute': (number);
  '_rateLimit'?: "rateLimit";
}
