// Original file: proto/hostler/v1/agent.proto

import type { Inventory as _hostler_v1_Inventory, Inventory__Output as _hostler_v1_Inventory__Output } from '../../hostler/v1/Inventory.ts';
import type { TuningStatus as _hostler_v1_TuningStatus, TuningStatus__Output as _hostler_v1_TuningStatus__Output } from '../../hostler/v1/TuningStatus.ts';
import type { Long } from '@grpc/proto-loader';

export interface Hello {
  'protocol'?: (number);
  'agentVersion'?: (string);
  'address'?: (string);
  'specGeneration'?: (number | string | Long);
  'inventory'?: (_hostler_v1_Inventory | null);
  'bootId'?: (string);
  'labels'?: ({[key: string]: string});
  'tuning'?: (_hostler_v1_TuningStatus | null);
}

export interface Hello__Output {
  'protocol': (number);
  'agentVersion': (string);
  'address': (string);
  'specGeneration': (number);
  'inventory': (_hostler_v1_Inventory__Output | null);
  'bootId': (string);
  'labels': ({[key: string]: string});
  'tuning': (_hostler_v1_TuningStatus__Output | null);
}
