// Original file: proto/hostler/v1/agent.proto

import type { LogRequest as _hostler_v1_LogRequest, LogRequest__Output as _hostler_v1_LogRequest__Output } from '../../hostler/v1/LogRequest.ts';
import type { CancelRequest as _hostler_v1_CancelRequest, CancelRequest__Output as _hostler_v1_CancelRequest__Output } from '../../hostler/v1/CancelRequest.ts';
import type { Long } from '@grpc/proto-loader';

export interface Request {
  'id'?: (string);
  'deadlineMs'?: (number | string | Long);
  'logs'?: (_hostler_v1_LogRequest | null);
  'cancel'?: (_hostler_v1_CancelRequest | null);
  'body'?: "logs"|"cancel";
}

export interface Request__Output {
  'id': (string);
  'deadlineMs': (number);
  'logs'?: (_hostler_v1_LogRequest__Output | null);
  'cancel'?: (_hostler_v1_CancelRequest__Output | null);
  'body'?: "logs"|"cancel";
}
