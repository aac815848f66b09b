// Original file: proto/hostler/v1/control.proto

import type { KeyView as _hostler_v1_KeyView, KeyView__Output as _hostler_v1_KeyView__Output } from '../../hostler/v1/KeyView.ts';

export interface ListKeysReply {
  'keys'?: (_hostler_v1_KeyView)[];
}

export interface ListKeysReply__Output {
  'keys': (_hostler_v1_KeyView__Output)[];
}
