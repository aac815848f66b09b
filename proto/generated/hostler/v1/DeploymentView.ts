// Original file: proto/hostler/v1/control.proto

import type { Unplaced as _hostler_v1_Unplaced, Unplaced__Output as _hostler_v1_Unplaced__Output } from '../../hostler/v1/Unplaced.ts';
import type { TrafficView as _hostler_v1_TrafficView, TrafficView__Output as _hostler_v1_TrafficView__Output } from '../../hostler/v1/TrafficView.ts';
import type { CanaryView as _hostler_v1_CanaryView, CanaryView__Output as _hostler_v1_CanaryView__Output } from '../../hostler/v1/CanaryView.ts';
import type { RolloutStep as _hostler_v1_RolloutStep, RolloutStep__Output as _hostler_v1_RolloutStep__Output } from '../../hostler/v1/RolloutStep.ts';
import type { AutoscaleView as _hostler_v1_AutoscaleView, AutoscaleView__Output as _hostler_v1_AutoscaleView__Output } from '../../hostler/v1/AutoscaleView.ts';
import type { Long } from '@grpc/proto-loader';

export interface DeploymentView {
  'name'?: (string);
  'revision'?: (number);
  'replicasWanted'?: (number);
  'replicasReady'?: (number);
  'replicasUpdated'?: (number);
  'state'?: (string);
  'message'?: (string);
  'models'?: (string)[];
  'specJson'?: (string);
  'unplaced'?: (_hostler_v1_Unplaced)[];
  'createdUnixMs'?: (number | string | Long);
  'traffic'?: (_hostler_v1_TrafficView | null);
  'version'?: (number | string | Long);
  'canary'?: (_hostler_v1_CanaryView | null);
  'steps'?: (_hostler_v1_RolloutStep)[];
  'autoscale'?: (_hostler_v1_AutoscaleView | null);
  '_canary'?: "canary";
}

export interface DeploymentView__Output {
  'name': (string);
  'revision': (number);
  'replicasWanted': (number);
  'replicasReady': (number);
  'replicasUpdated': (number);
  'state': (string);
  'message': (string);
  'models': (string)[];
  'specJson': (string);
  'unplaced': (_hostler_v1_Unplaced__Output)[];
  'createdUnixMs': (number);
  'traffic': (_hostler_v1_TrafficView__Output | null);
  'version': (number);
  'canary'?: (_hostler_v1_CanaryView__Output | null);
  'steps': (_hostler_v1_RolloutStep__Output)[];
  'autoscale': (_hostler_v1_AutoscaleView__Output | null);
  '_canary'?: "canary";
}
