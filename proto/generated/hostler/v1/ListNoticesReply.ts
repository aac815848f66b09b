// Original file: proto/hostler/v1/alert.proto

import type { NoticeView as _hostler_v1_NoticeView, NoticeView__Output as _hostler_v1_NoticeView__Output } from '../../hostler/v1/NoticeView.ts';

export interface ListNoticesReply {
  'notices'?: (_hostler_v1_NoticeView)[];
}

export interface ListNoticesReply__Output {
  'notices': (_hostler_v1_NoticeView__Output)[];
}
