// Original file: proto/hostler/v1/alert.proto

import type { AlertView as _hostler_v1_AlertView, AlertView__Output as _hostler_v1_AlertView__Output } from '../../hostler/v1/AlertView.ts';
import type { Long } from '@grpc/proto-loader';

export interface ListAlertsReply {
  'alerts'?: (_hostler_v1_AlertView)[];
  'nowUnixMs'?: (number | string | Long);
}

export interface ListAlertsReply__Output {
  'alerts': (_hostler_v1_AlertView__Output)[];
  'nowUnixMs': (number);
}
