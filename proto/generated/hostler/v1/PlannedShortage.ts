// Original file: proto/hostler/v1/control.proto

import type { Unplaced as _hostler_v1_Unplaced, Unplaced__Output as _hostler_v1_Unplaced__Output } from '../../hostler/v1/Unplaced.ts';

export interface PlannedShortage {
  'deployment'?: (string);
  'unplaced'?: (_hostler_v1_Unplaced | null);
}

export interface PlannedShortage__Output {
  'deployment': (string);
  'unplaced': (_hostler_v1_Unplaced__Output | null);
}
