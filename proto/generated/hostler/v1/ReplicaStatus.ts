// Original file: proto/hostler/v1/host.proto

import type { Finding as _hostler_v1_Finding, Finding__Output as _hostler_v1_Finding__Output } from '../../hostler/v1/Finding.ts';
import type { Adjustment as _hostler_v1_Adjustment, Adjustment__Output as _hostler_v1_Adjustment__Output } from '../../hostler/v1/Adjustment.ts';
import type { Long } from '@grpc/proto-loader';

export interface ReplicaStatus {
  'id'?: (string);
  'deployment'?: (string);
  'revision'?: (number);
  'phase'?: (string);
  'reason'?: (string);
  'message'?: (string);
  'endpoint'?: (string);
  'restarts'?: (number);
  'sinceUnixMs'?: (number | string | Long);
  'exitCode'?: (number);
  'oomKilled'?: (boolean);
  'lastLogLines'?: (string)[];
  'instanceId'?: (string);
  'warnings'?: (string)[];
  'gpuUuids'?: (string)[];
  'progressPercent'?: (number);
  'preflight'?: (_hostler_v1_Finding)[];
  'nextAttemptUnixMs'?: (number | string | Long);
  'adjustments'?: (_hostler_v1_Adjustment)[];
  '_exitCode'?: "exitCode";
}

export interface ReplicaStatus__Output {
  'id': (string);
  'deployment': (string);
  'revision': (number);
  'phase': (string);
  'reason': (string);
  'message': (string);
  'endpoint': (string);
  'restarts': (number);
  'sinceUnixMs': (number);
  'exitCode'?: (number);
  'oomKilled': (boolean);
  'lastLogLines': (string)[];
  'instanceId': (string);
  'warnings': (string)[];
  'gpuUuids': (string)[];
  'progressPercent': (number);
  'preflight': (_hostler_v1_Finding__Output)[];
  'nextAttemptUnixMs': (number);
  'adjustments': (_hostler_v1_Adjustment__Output)[];
  '_exitCode'?: "exitCode";
}
