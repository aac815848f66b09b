// Original file: proto/hostler/v1/host.proto

import type { ReplicaSpec as _hostler_v1_ReplicaSpec, ReplicaSpec__Output as _hostler_v1_ReplicaSpec__Output } from '../../hostler/v1/ReplicaSpec.ts';
import type { Long } from '@grpc/proto-loader';

export interface HostSpec {
  'generation'?: (number | string | Long);
  'replicas'?: (_hostler_v1_ReplicaSpec)[];
  'tuningProfile'?: (string);
}

export interface HostSpec__Output {
  'generation': (number);
  'replicas': (_hostler_v1_ReplicaSpec__Output)[];
  'tuningProfile': (string);
}
