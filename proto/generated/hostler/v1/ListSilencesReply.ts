// Original file: proto/hostler/v1/alert.proto

import type { SilenceView as _hostler_v1_SilenceView, SilenceView__Output as _hostler_v1_SilenceView__Output } from '../../hostler/v1/SilenceView.ts';

export interface ListSilencesReply {
  'silences'?: (_hostler_v1_SilenceView)[];
}

export interface ListSilencesReply__Output {
  'silences': (_hostler_v1_SilenceView__Output)[];
}
