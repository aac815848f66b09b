// Original file: proto/hostler/v1/control.proto

import type { Inventory as _hostler_v1_Inventory, Inventory__Output as _hostler_v1_Inventory__Output } from '../../hostler/v1/Inventory.ts';
import type { HostUsage as _hostler_v1_HostUsage, HostUsage__Output as _hostler_v1_HostUsage__Output } from '../../hostler/v1/HostUsage.ts';
import type { GpuHolder as _hostler_v1_GpuHolder, GpuHolder__Output as _hostler_v1_GpuHolder__Output } from '../../hostler/v1/GpuHolder.ts';
import type { TuningStatus as _hostler_v1_TuningStatus, TuningStatus__Output as _hostler_v1_TuningStatus__Output } from '../../hostler/v1/TuningStatus.ts';
import type { HostDrain as _hostler_v1_HostDrain, HostDrain__Output as _hostler_v1_HostDrain__Output } from '../../hostler/v1/HostDrain.ts';
import type { Taint as _hostler_v1_Taint, Taint__Output as _hostler_v1_Taint__Output } from '../../hostler/v1/Taint.ts';
import type { HostSummary as _hostler_v1_HostSummary, HostSummary__Output as _hostler_v1_HostSummary__Output } from '../../hostler/v1/HostSummary.ts';
import type { Long } from '@grpc/proto-loader';

export interface HostView {
  'id'?: (string);
  'name'?: (string);
  'address'?: (string);
  'state'?: (string);
  'lastSeenMsAgo'?: (number | string | Long);
  'inventory'?: (_hostler_v1_Inventory | null);
  'usage'?: (_hostler_v1_HostUsage | null);
  'specGeneration'?: (number | string | Long);
  'ackedGeneration'?: (number | string | Long);
  'agentVersion'?: (string);
  'labels'?: ({[key: string]: string});
  'holders'?: (_hostler_v1_GpuHolder)[];
  'tuning'?: (_hostler_v1_TuningStatus | null);
  'profile'?: (string);
  'groups'?: (string)[];
  'profileProblem'?: (string);
  'profileFrom'?: (string);
  'cordoned'?: (boolean);
  'drain'?: (_hostler_v1_HostDrain | null);
  'taints'?: (_hostler_v1_Taint)[];
  'summary'?: (_hostler_v1_HostSummary | null);
}

export interface HostView__Output {
  'id': (string);
  'name': (string);
  'address': (string);
  'state': (string);
  'lastSeenMsAgo': (number);
  'inventory': (_hostler_v1_Inventory__Output | null);
  'usage': (_hostler_v1_HostUsage__Output | null);
  'specGeneration': (number);
  'ackedGeneration': (number);
  'agentVersion': (string);
  'labels': ({[key: string]: string});
  'holders': (_hostler_v1_GpuHolder__Output)[];
  'tuning': (_hostler_v1_TuningStatus__Output | null);
  'profile': (string);
  'groups': (string)[];
  'profileProblem': (string);
  'profileFrom': (string);
  'cordoned': (boolean);
  'drain': (_hostler_v1_HostDrain__Output | null);
  'taints': (_hostler_v1_Taint__Output)[];
  'summary': (_hostler_v1_HostSummary__Output | null);
}
