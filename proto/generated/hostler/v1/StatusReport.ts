// Original file: proto/hostler/v1/agent.proto

import type { ReplicaStatus as _hostler_v1_ReplicaStatus, ReplicaStatus__Output as _hostler_v1_ReplicaStatus__Output } from '../../hostler/v1/ReplicaStatus.ts';
import type { Long } from '@grpc/proto-loader';

export interface StatusReport {
  'version'?: (number | string | Long);
  'baseVersion'?: (number | string | Long);
  'full'?: (boolean);
  'changed'?: (_hostler_v1_ReplicaStatus)[];
  'removed'?: (string)[];
}

export interface StatusReport__Output {
  'version': (number);
  'baseVersion': (number);
  'full': (boolean);
  'changed': (_hostler_v1_ReplicaStatus__Output)[];
  'removed': (string)[];
}
