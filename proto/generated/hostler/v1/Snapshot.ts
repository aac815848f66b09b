// Original file: proto/hostler/v1/gateway.proto

import type { Route as _hostler_v1_Route, Route__Output as _hostler_v1_Route__Output } from '../../hostler/v1/Route.ts';
import type { ApiKey as _hostler_v1_ApiKey, ApiKey__Output as _hostler_v1_ApiKey__Output } from '../../hostler/v1/ApiKey.ts';
import type { Long } from '@grpc/proto-loader';

export interface Snapshot {
  'version'?: (number | string | Long);
  'routes'?: (_hostler_v1_Route)[];
  'keys'?: (_hostler_v1_ApiKey)[];
}

export interface Snapshot__Output {
  'version': (number);
  'routes': (_hostler_v1_Route__Output)[];
  'keys': (_hostler_v1_ApiKey__Output)[];
}
