// Original file: proto/hostler/v1/control.proto

import type { HostReason as _hostler_v1_HostReason, HostReason__Output as _hostler_v1_HostReason__Output } from '../../hostler/v1/HostReason.ts';

export interface Unplaced {
  'count'?: (number);
  'hosts'?: (_hostler_v1_HostReason)[];
  'suggestion'?: (string);
}

export interface Unplaced__Output {
  'count': (number);
  'hosts': (_hostler_v1_HostReason__Output)[];
  'suggestion': (string);
}
