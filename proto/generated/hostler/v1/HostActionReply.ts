// Original file: proto/hostler/v1/control.proto

import type { HostActionResult as _hostler_v1_HostActionResult, HostActionResult__Output as _hostler_v1_HostActionResult__Output } from '../../hostler/v1/HostActionResult.ts';

export interface HostActionReply {
  'hosts'?: (_hostler_v1_HostActionResult)[];
}

export interface HostActionReply__Output {
  'hosts': (_hostler_v1_HostActionResult__Output)[];
}
