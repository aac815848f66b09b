// Original file: proto/hostler/v1/gateway.proto

import type { EngineLoad as _hostler_v1_EngineLoad, EngineLoad__Output as _hostler_v1_EngineLoad__Output } from '../../hostler/v1/EngineLoad.ts';

export interface EngineLoads {
  'loads'?: (_hostler_v1_EngineLoad)[];
}

export interface EngineLoads__Output {
  'loads': (_hostler_v1_EngineLoad__Output)[];
}
