// Original file: proto/hostler/v1/control.proto

import type { TokenView as _hostler_v1_TokenView, TokenView__Output as _hostler_v1_TokenView__Output } from '../../hostler/v1/TokenView.ts';

export interface ListTokensReply {
  'tokens'?: (_hostler_v1_TokenView)[];
}

export interface ListTokensReply__Output {
  'tokens': (_hostler_v1_TokenView__Output)[];
}
