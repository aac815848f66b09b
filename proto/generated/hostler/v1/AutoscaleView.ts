// Original file: proto/hostler/v1/control.proto

import type { ScaleSignalView as _hostler_v1_ScaleSignalView, ScaleSignalView__Output as _hostler_v1_ScaleSignalView__Output } from '../../hostler/v1/ScaleSignalView.ts';

export interface AutoscaleView {
  'min'?: (number);
  'max'?: (number);
  'schedule'?: (string);
  'wish'?: (number);
  'limit'?: (string);
  'signals'?: (_hostler_v1_ScaleSignalView)[];
  '_wish'?: "wish";
}

export interface AutoscaleView__Output {
  'min': (number);
  'max': (number);
  'schedule': (string);
  'wish'?: (number);
  'limit': (string);
  'signals': (_hostler_v1_ScaleSignalView__Output)[];
  '_wish'?: "wish";
}
