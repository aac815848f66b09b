// Original file: proto/hostler/v1/control.proto

import type { ResourceApplied as _hostler_v1_ResourceApplied, ResourceApplied__Output as _hostler_v1_ResourceApplied__Output } from '../../hostler/v1/ResourceApplied.ts';

export interface ResourceReply {
  'applied'?: (_hostler_v1_ResourceApplied)[];
}

export interface ResourceReply__Output {
  'applied': (_hostler_v1_ResourceApplied__Output)[];
}
