// Original file: proto/hostler/v1/control.proto

import type { FieldChange as _hostler_v1_FieldChange, FieldChange__Output as _hostler_v1_FieldChange__Output } from '../../hostler/v1/FieldChange.ts';

export interface PlannedDeployment {
  'name'?: (string);
  'revision'?: (number);
  'currentRevision'?: (number);
  'created'?: (boolean);
  'changed'?: (boolean);
  'fields'?: (_hostler_v1_FieldChange)[];
  'notes'?: (string)[];
}

export interface PlannedDeployment__Output {
  'name': (string);
  'revision': (number);
  'currentRevision': (number);
  'created': (boolean);
  'changed': (boolean);
  'fields': (_hostler_v1_FieldChange__Output)[];
  'notes': (string)[];
}
