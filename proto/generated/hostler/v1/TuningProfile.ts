// Original file: proto/hostler/v1/host.proto

import type { TuningSetting as _hostler_v1_TuningSetting, TuningSetting__Output as _hostler_v1_TuningSetting__Output } from '../../hostler/v1/TuningSetting.ts';

export interface TuningProfile {
  'name'?: (string);
  'digest'?: (string);
  'onDrift'?: (string);
  'settings'?: (_hostler_v1_TuningSetting)[];
}

export interface TuningProfile__Output {
  'name': (string);
  'digest': (string);
  'onDrift': (string);
  'settings': (_hostler_v1_TuningSetting__Output)[];
}
