// Original file: proto/hostler/v1/agent.proto

import type { TuningProfile as _hostler_v1_TuningProfile, TuningProfile__Output as _hostler_v1_TuningProfile__Output } from '../../hostler/v1/TuningProfile.ts';

export interface TuneRequest {
  'action'?: (string);
  'profile'?: (_hostler_v1_TuningProfile | null);
}

export interface TuneRequest__Output {
  'action': (string);
  'profile': (_hostler_v1_TuningProfile__Output | null);
}
