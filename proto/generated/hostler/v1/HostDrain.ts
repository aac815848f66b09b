// Original file: proto/hostler/v1/control.proto

import type { LeavingReplica as _hostler_v1_LeavingReplica, LeavingReplica__Output as _hostler_v1_LeavingReplica__Output } from '../../hostler/v1/LeavingReplica.ts';
import type { Long } from '@grpc/proto-loader';

export interface HostDrain {
  'sinceUnixMs'?: (number | string | Long);
  'by'?: (string);
  'force'?: (boolean);
  'doneUnixMs'?: (number | string | Long);
  'left'?: (_hostler_v1_LeavingReplica)[];
}

export interface HostDrain__Output {
  'sinceUnixMs': (number);
  'by': (string);
  'force': (boolean);
  'doneUnixMs': (number);
  'left': (_hostler_v1_LeavingReplica__Output)[];
}
