// Original file: proto/hostler/v1/control.proto

import type { DiagnoseProgress as _hostler_v1_DiagnoseProgress, DiagnoseProgress__Output as _hostler_v1_DiagnoseProgress__Output } from '../../hostler/v1/DiagnoseProgress.ts';

export interface DiagnoseReply {
  'progress'?: (_hostler_v1_DiagnoseProgress | null);
  'report'?: (Buffer | Uint8Array | string);
}

export interface DiagnoseReply__Output {
  'progress': (_hostler_v1_DiagnoseProgress__Output | null);
  'report': (Buffer);
}
