// Original file: proto/hostler/v1/alert.proto

import type { AlertWords as _hostler_v1_AlertWords, AlertWords__Output as _hostler_v1_AlertWords__Output } from '../../hostler/v1/AlertWords.ts';
import type { Long } from '@grpc/proto-loader';

export interface AlertView {
  'id'?: (string);
  'rule'?: (string);
  'severity'?: (string);
  'state'?: (string);
  'labels'?: ({[key: string]: string});
  'value'?: (number | string);
  'valueText'?: (string);
  'thresholdText'?: (string);
  'sinceUnixMs'?: (number | string | Long);
  'firedUnixMs'?: (number | string | Long);
  'resolvedUnixMs'?: (number | string | Long);
  'because'?: (string);
  'noData'?: (boolean);
  'silencedBy'?: (string)[];
  'inhibitedBy'?: (string)[];
  'told'?: (string)[];
  'en'?: (_hostler_v1_AlertWords | null);
  'zh'?: (_hostler_v1_AlertWords | null);
  'runbook'?: (string);
}

export interface AlertView__Output {
  'id': (string);
  'rule': (string);
  'severity': (string);
  'state': (string);
  'labels': ({[key: string]: string});
  'value': (number);
  'valueText': (string);
  'thresholdText': (string);
  'sinceUnixMs': (number);
  'firedUnixMs': (number);
  'resolvedUnixMs': (number);
  'because': (string);
  'noData': (boolean);
  'silencedBy': (string)[];
  'inhibitedBy': (string)[];
  'told': (string)[];
  'en': (_hostler_v1_AlertWords__Output | null);
  'zh': (_hostler_v1_AlertWords__Output | null);
  'runbook': (string);
}
