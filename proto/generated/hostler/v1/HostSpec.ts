// Original file: proto/hostler/v1/host.proto

import type { ReplicaSpec as _hostler_v1_ReplicaSpec, ReplicaSpec__Output as _hostler_v1_ReplicaSpec__Output } from '../../hostler/v1/ReplicaSpec.ts';
import type { TuningProfile as _hostler_v1_TuningProfile, TuningProfile__Output as _hostler_v1_TuningProfile__Output } from '../../hostler/v1/TuningProfile.ts';
import type { Long } from '@grpc/proto-loader';

export interface HostSpec {
  'generation'?: (number | string | Long);
  'replicas'?: (_hostler_v1_ReplicaSpec)[];
  'tuning'?: (_hostler_v1_TuningProfile | null);
  'diagnosisSchedule'?: (string);
}

export interface HostSpec__Output {
  'generation': (number);
  'replicas': (_hostler_v1_ReplicaSpec__Output)[];
  'tuning': (_hostler_v1_TuningProfile__Output | null);
  'diagnosisSchedule': (string);
}
