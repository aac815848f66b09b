// Original file: proto/hostler/v1/control.proto

import type { RevisionView as _hostler_v1_RevisionView, RevisionView__Output as _hostler_v1_RevisionView__Output } from '../../hostler/v1/RevisionView.ts';

export interface RolloutHistoryReply {
  'revisions'?: (_hostler_v1_RevisionView)[];
}

export interface RolloutHistoryReply__Output {
  'revisions': (_hostler_v1_RevisionView__Output)[];
}
