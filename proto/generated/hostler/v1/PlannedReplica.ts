// Original file: proto/hostler/v1/control.proto

import type { PlannedMember as _hostler_v1_PlannedMember, PlannedMember__Output as _hostler_v1_PlannedMember__Output } from '../../hostler/v1/PlannedMember.ts';

export interface PlannedReplica {
  'id'?: (string);
  'deployment'?: (string);
  'revision'?: (number);
  'isNew'?: (boolean);
  'members'?: (_hostler_v1_PlannedMember)[];
}

export interface PlannedReplica__Output {
  'id': (string);
  'deployment': (string);
  'revision': (number);
  'isNew': (boolean);
  'members': (_hostler_v1_PlannedMember__Output)[];
}
