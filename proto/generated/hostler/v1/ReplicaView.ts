// Original file: proto/hostler/v1/control.proto

import type { ReplicaStatus as _hostler_v1_ReplicaStatus, ReplicaStatus__Output as _hostler_v1_ReplicaStatus__Output } from '../../hostler/v1/ReplicaStatus.ts';
import type { MemberView as _hostler_v1_MemberView, MemberView__Output as _hostler_v1_MemberView__Output } from '../../hostler/v1/MemberView.ts';
import type { GangView as _hostler_v1_GangView, GangView__Output as _hostler_v1_GangView__Output } from '../../hostler/v1/GangView.ts';
import type { Long } from '@grpc/proto-loader';

export interface ReplicaView {
  'id'?: (string);
  'deployment'?: (string);
  'revision'?: (number);
  'hostId'?: (string);
  'hostName'?: (string);
  'intent'?: (string);
  'routed'?: (boolean);
  'status'?: (_hostler_v1_ReplicaStatus | null);
  'gpuUuids'?: (string)[];
  'createdUnixMs'?: (number | string | Long);
  'outstanding'?: (number);
  'workers'?: (_hostler_v1_MemberView)[];
  'gang'?: (_hostler_v1_GangView | null);
}

export interface ReplicaView__Output {
  'id': (string);
  'deployment': (string);
  'revision': (number);
  'hostId': (string);
  'hostName': (string);
  'intent': (string);
  'routed': (boolean);
  'status': (_hostler_v1_ReplicaStatus__Output | null);
  'gpuUuids': (string)[];
  'createdUnixMs': (number);
  'outstanding': (number);
  'workers': (_hostler_v1_MemberView__Output)[];
  'gang': (_hostler_v1_GangView__Output | null);
}
