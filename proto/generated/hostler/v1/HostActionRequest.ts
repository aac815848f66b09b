// Original file: proto/hostler/v1/control.proto

import type { Taint as _hostler_v1_Taint, Taint__Output as _hostler_v1_Taint__Output } from '../../hostler/v1/Taint.ts';

export interface HostActionRequest {
  'hosts'?: (string)[];
  'action'?: (string);
  'force'?: (boolean);
  'put'?: (_hostler_v1_Taint)[];
  'remove'?: (_hostler_v1_Taint)[];
}

export interface HostActionRequest__Output {
  'hosts': (string)[];
  'action': (string);
  'force': (boolean);
  'put': (_hostler_v1_Taint__Output)[];
  'remove': (_hostler_v1_Taint__Output)[];
}
