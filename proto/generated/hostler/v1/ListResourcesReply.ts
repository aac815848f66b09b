// Original file: proto/hostler/v1/control.proto

import type { ResourceView as _hostler_v1_ResourceView, ResourceView__Output as _hostler_v1_ResourceView__Output } from '../../hostler/v1/ResourceView.ts';

export interface ListResourcesReply {
  'resources'?: (_hostler_v1_ResourceView)[];
}

export interface ListResourcesReply__Output {
  'resources': (_hostler_v1_ResourceView__Output)[];
}
