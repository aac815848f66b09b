// Original file: proto/hostler/v1/control.proto

import type { PlannedDeployment as _hostler_v1_PlannedDeployment, PlannedDeployment__Output as _hostler_v1_PlannedDeployment__Output } from '../../hostler/v1/PlannedDeployment.ts';
import type { PlannedStep as _hostler_v1_PlannedStep, PlannedStep__Output as _hostler_v1_PlannedStep__Output } from '../../hostler/v1/PlannedStep.ts';
import type { PlannedReplica as _hostler_v1_PlannedReplica, PlannedReplica__Output as _hostler_v1_PlannedReplica__Output } from '../../hostler/v1/PlannedReplica.ts';
import type { PlannedShortage as _hostler_v1_PlannedShortage, PlannedShortage__Output as _hostler_v1_PlannedShortage__Output } from '../../hostler/v1/PlannedShortage.ts';

export interface PlanReply {
  'deployments'?: (_hostler_v1_PlannedDeployment)[];
  'steps'?: (_hostler_v1_PlannedStep)[];
  'replicas'?: (_hostler_v1_PlannedReplica)[];
  'shortages'?: (_hostler_v1_PlannedShortage)[];
  'settled'?: (boolean);
}

export interface PlanReply__Output {
  'deployments': (_hostler_v1_PlannedDeployment__Output)[];
  'steps': (_hostler_v1_PlannedStep__Output)[];
  'replicas': (_hostler_v1_PlannedReplica__Output)[];
  'shortages': (_hostler_v1_PlannedShortage__Output)[];
  'settled': (boolean);
}
