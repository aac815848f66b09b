// Original file: proto/hostler/v1/agent.proto

import type { LogRequest as _hostler_v1_LogRequest, LogRequest__Output as _hostler_v1_LogRequest__Output } from '../../hostler/v1/LogRequest.ts';
import type { CancelRequest as _hostler_v1_CancelRequest, CancelRequest__Output as _hostler_v1_CancelRequest__Output } from '../../hostler/v1/CancelRequest.ts';
import type { TuneRequest as _hostler_v1_TuneRequest, TuneRequest__Output as _hostler_v1_TuneRequest__Output } from '../../hostler/v1/TuneRequest.ts';
import type { DiagnoseRequest as _hostler_v1_DiagnoseRequest, DiagnoseRequest__Output as _hostler_v1_DiagnoseRequest__Output } from '../../hostler/v1/DiagnoseRequest.ts';
import type { PeerServeRequest as _hostler_v1_PeerServeRequest, PeerServeRequest__Output as _hostler_v1_PeerServeRequest__Output } from '../../hostler/v1/PeerServeRequest.ts';
import type { PeerProbeRequest as _hostler_v1_PeerProbeRequest, PeerProbeRequest__Output as _hostler_v1_PeerProbeRequest__Output } from '../../hostler/v1/PeerProbeRequest.ts';
import type { Long } from '@grpc/proto-loader';

export interface Request {
  'id'?: (string);
  'deadlineMs'?: (number | string | Long);
  'logs'?: (_hostler_v1_LogRequest | null);
  'cancel'?: (_hostler_v1_CancelRequest | null);
  'tune'?: (_hostler_v1_TuneRequest | null);
  'diagnose'?: (_hostler_v1_DiagnoseRequest | null);
  'peerServe'?: (_hostler_v1_PeerServeRequest | null);
  'peerProbe'?: (_hostler_v1_PeerProbeRequest | null);
  'body'?: "logs"|"cancel"|"tune"|"diagnose"|"peerServe"|"peerProbe";
}

export interface Request__Output {
  'id': (string);
  'deadlineMs': (number);
  'logs'?: (_hostler_v1_LogRequest__Output | null);
  'cancel'?: (_hostler_v1_CancelRequest__Output | null);
  'tune'?: (_hostler_v1_TuneRequest__Output | null);
  'diagnose'?: (_hostler_v1_DiagnoseRequest__Output | null);
  'peerServe'?: (_hostler_v1_PeerServeRequest__Output | null);
  'peerProbe'?: (_hostler_v1_PeerProbeRequest__Output | null);
  'body'?: "logs"|"cancel"|"tune"|"diagnose"|"peerServe"|"peerProbe";
}
