// Original file: proto/hostler/v1/gateway.proto

import type { Endpoint as _hostler_v1_Endpoint, Endpoint__Output as _hostler_v1_Endpoint__Output } from '../../hostler/v1/Endpoint.ts';
import type { RateLimit as _hostler_v1_RateLimit, RateLimit__Output as _hostler_v1_RateLimit__Output } from '../../hostler/v1/RateLimit.ts';
import type { RevisionShare as _hostler_v1_RevisionShare, RevisionShare__Output as _hostler_v1_RevisionShare__Output } from '../../hostler/v1/RevisionShare.ts';
import type { Long } from '@grpc/proto-loader';

export interface Route {
  'deployment'?: (string);
  'models'?: (string)[];
  'endpoints'?: (_hostler_v1_Endpoint)[];
  'rateLimit'?: (_hostler_v1_RateLimit | null);
  'holdMs'?: (number | string | Long);
  'maxQueue'?: (number);
  'upstreamModel'?: (string);
  'canary'?: (_hostler_v1_RevisionShare | null);
  'maxQueueBytes'?: (number | string | Long);
  'tokensPerMinute'?: (number | string | Long);
  'routing'?: (string);
  '_rateLimit'?: "rateLimit";
  '_canary'?: "canary";
}

export interface Route__Output {
  'deployment': (string);
  'models': (string)[];
  'endpoints': (_hostler_v1_Endpoint__Output)[];
  'rateLimit'?: (_hostler_v1_RateLimit__Output | null);
  'holdMs': (number);
  'maxQueue': (number);
  'upstreamModel': (string);
  'canary'?: (_hostler_v1_RevisionShare__Output | null);
  'maxQueueBytes': (number);
  'tokensPerMinute': (number);
  'routing': (string);
  '_rateLimit'?: "rateLimit";
  '_canary'?: "canary";
}
