// Original file: proto/hostler/v1/control.proto

import type { ReplicaStatus as _hostler_v1_ReplicaStatus, ReplicaStatus__Output as _hostler_v1_ReplicaStatus__Output } from '../../hostler/v1/ReplicaStatus.ts';

export interface MemberView {
  'id'?: (string);
  'rank'?: (number);
  'hostId'?: (string);
  'hostName'?: (string);
  'status'?: (_hostler_v1_ReplicaStatus | null);
  'gpuUuids'?: (string)[];
}

export interface MemberView__Output {
  'id': (string);
  'rank': (number);
  'hostId': (string);
  'hostName': (string);
  'status': (_hostler_v1_ReplicaStatus__Output | null);
  'gpuUuids': (string)[];
}
