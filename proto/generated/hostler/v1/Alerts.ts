// Original file: proto/hostler/v1/alert.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AddSilenceRequest as _hostler_v1_AddSilenceRequest, AddSilenceRequest__Output as _hostler_v1_AddSilenceRequest__Output } from '../../hostler/v1/AddSilenceRequest.ts';
import type { EndSilenceRequest as _hostler_v1_EndSilenceRequest, EndSilenceRequest__Output as _hostler_v1_EndSilenceRequest__Output } from '../../hostler/v1/EndSilenceRequest.ts';
import type { ListAlertsReply as _hostler_v1_ListAlertsReply, ListAlertsReply__Output as _hostler_v1_ListAlertsReply__Output } from '../../hostler/v1/ListAlertsReply.ts';
import type { ListAlertsRequest as _hostler_v1_ListAlertsRequest, ListAlertsRequest__Output as _hostler_v1_ListAlertsRequest__Output } from '../../hostler/v1/ListAlertsRequest.ts';
import type { ListNoticesReply as _hostler_v1_ListNoticesReply, ListNoticesReply__Output as _hostler_v1_ListNoticesReply__Output } from '../../hostler/v1/ListNoticesReply.ts';
import type { ListNoticesRequest as _hostler_v1_ListNoticesRequest, ListNoticesRequest__Output as _hostler_v1_ListNoticesRequest__Output } from '../../hostler/v1/ListNoticesRequest.ts';
import type { ListSilencesReply as _hostler_v1_ListSilencesReply, ListSilencesReply__Output as _hostler_v1_ListSilencesReply__Output } from '../../hostler/v1/ListSilencesReply.ts';
import type { ListSilencesRequest as _hostler_v1_ListSilencesRequest, ListSilencesRequest__Output as _hostler_v1_ListSilencesRequest__Output } from '../../hostler/v1/ListSilencesRequest.ts';
import type { SilenceView as _hostler_v1_SilenceView, SilenceView__Output as _hostler_v1_SilenceView__Output } from '../../hostler/v1/SilenceView.ts';
import type { TestReceiverReply as _hostler_v1_TestReceiverReply, TestReceiverReply__Output as _hostler_v1_TestReceiverReply__Output } from '../../hostler/v1/TestReceiverReply.ts';
import type { TestReceiverRequest as _hostler_v1_TestReceiverRequest, TestReceiverRequest__Output as _hostler_v1_TestReceiverRequest__Output } from '../../hostler/v1/TestReceiverRequest.ts';

export interface AlertsClient extends grpc.Client {
  AddSilence(argument: _hostler_v1_AddSilenceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_SilenceView__Output>): grpc.ClientUnaryCall;
  AddSilence(argument: _hostler_v1_AddSilenceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_SilenceView__Output>): grpc.ClientUnaryCall;
  AddSilence(argument: _hostler_v1_AddSilenceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_SilenceView__Output>): grpc.ClientUnaryCall;
  AddSilence(argument: _hostler_v1_AddSilenceRequest, callback: grpc.requestCallback<_hostler_v1_SilenceView__Output>): grpc.ClientUnaryCall;
  addSilence(argument: _hostler_v1_AddSilenceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_SilenceView__Output>): grpc.ClientUnaryCall;
  addSilence(argument: _hostler_v1_AddSilenceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_SilenceView__Output>): grpc.ClientUnaryCall;
  addSilence(argument: _hostler_v1_AddSilenceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_SilenceView__Output>): grpc.ClientUnaryCall;
  addSilence(argument: _hostler_v1_AddSilenceRequest, callback: grpc.requestCallback<_hostler_v1_SilenceView__Output>): grpc.ClientUnaryCall;
  
  EndSilence(argument: _hostler_v1_EndSilenceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_SilenceView__Output>): grpc.ClientUnaryCall;
  EndSilence(argument: _hostler_v1_EndSilenceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_SilenceView__Output>): grpc.ClientUnaryCall;
  EndSilence(argument: _hostler_v1_EndSilenceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_SilenceView__Output>): grpc.ClientUnaryCall;
  EndSilence(argument: _hostler_v1_EndSilenceRequest, callback: grpc.requestCallback<_hostler_v1_SilenceView__Output>): grpc.ClientUnaryCall;
  endSilence(argument: _hostler_v1_EndSilenceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_SilenceView__Output>): grpc.ClientUnaryCall;
  endSilence(argument: _hostler_v1_EndSilenceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_SilenceView__Output>): grpc.ClientUnaryCall;
  endSilence(argument: _hostler_v1_EndSilenceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_SilenceView__Output>): grpc.ClientUnaryCall;
  endSilence(argument: _hostler_v1_EndSilenceRequest, callback: grpc.requestCallback<_hostler_v1_SilenceView__Output>): grpc.ClientUnaryCall;
  
  List(argument: _hostler_v1_ListAlertsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListAlertsReply__Output>): grpc.ClientUnaryCall;
  List(argument: _hostler_v1_ListAlertsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ListAlertsReply__Output>): grpc.ClientUnaryCall;
  List(argument: _hostler_v1_ListAlertsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListAlertsReply__Output>): grpc.ClientUnaryCall;
  List(argument: _hostler_v1_ListAlertsRequest, callback: grpc.requestCallback<_hostler_v1_ListAlertsReply__Output>): grpc.ClientUnaryCall;
  list(argument: _hostler_v1_ListAlertsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListAlertsReply__Output>): grpc.ClientUnaryCall;
  list(argument: _hostler_v1_ListAlertsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ListAlertsReply__Output>): grpc.ClientUnaryCall;
  list(argument: _hostler_v1_ListAlertsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListAlertsReply__Output>): grpc.ClientUnaryCall;
  list(argument: _hostler_v1_ListAlertsRequest, callback: grpc.requestCallback<_hostler_v1_ListAlertsReply__Output>): grpc.ClientUnaryCall;
  
  ListNotices(argument: _hostler_v1_ListNoticesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListNoticesReply__Output>): grpc.ClientUnaryCall;
  ListNotices(argument: _hostler_v1_ListNoticesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ListNoticesReply__Output>): grpc.ClientUnaryCall;
  ListNotices(argument: _hostler_v1_ListNoticesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListNoticesReply__Output>): grpc.ClientUnaryCall;
  ListNotices(argument: _hostler_v1_ListNoticesRequest, callback: grpc.requestCallback<_hostler_v1_ListNoticesReply__Output>): grpc.ClientUnaryCall;
  listNotices(argument: _hostler_v1_ListNoticesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListNoticesReply__Output>): grpc.ClientUnaryCall;
  listNotices(argument: _hostler_v1_ListNoticesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ListNoticesReply__Output>): grpc.ClientUnaryCall;
  listNotices(argument: _hostler_v1_ListNoticesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListNoticesReply__Output>): grpc.ClientUnaryCall;
  listNotices(argument: _hostler_v1_ListNoticesRequest, callback: grpc.requestCallback<_hostler_v1_ListNoticesReply__Output>): grpc.ClientUnaryCall;
  
  ListSilences(argument: _hostler_v1_ListSilencesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListSilencesReply__Output>): grpc.ClientUnaryCall;
  ListSilences(argument: _hostler_v1_ListSilencesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ListSilencesReply__Output>): grpc.ClientUnaryCall;
  ListSilences(argument: _hostler_v1_ListSilencesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListSilencesReply__Output>): grpc.ClientUnaryCall;
  ListSilences(argument: _hostler_v1_ListSilencesRequest, callback: grpc.requestCallback<_hostler_v1_ListSilencesReply__Output>): grpc.ClientUnaryCall;
  listSilences(argument: _hostler_v1_ListSilencesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListSilencesReply__Output>): grpc.ClientUnaryCall;
  listSilences(argument: _hostler_v1_ListSilencesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ListSilencesReply__Output>): grpc.ClientUnaryCall;
  listSilences(argument: _hostler_v1_ListSilencesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListSilencesReply__Output>): grpc.ClientUnaryCall;
  listSilences(argument: _hostler_v1_ListSilencesRequest, callback: grpc.requestCallback<_hostler_v1_ListSilencesReply__Output>): grpc.ClientUnaryCall;
  
  TestReceiver(argument: _hostler_v1_TestReceiverRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_TestReceiverReply__Output>): grpc.ClientUnaryCall;
  TestReceiver(argument: _hostler_v1_TestReceiverRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_TestReceiverReply__Output>): grpc.ClientUnaryCall;
  TestReceiver(argument: _hostler_v1_TestReceiverRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_TestReceiverReply__Output>): grpc.ClientUnaryCall;
  TestReceiver(argument: _hostler_v1_TestReceiverRequest, callback: grpc.requestCallback<_hostler_v1_TestReceiverReply__Output>): grpc.ClientUnaryCall;
  testReceiver(argument: _hostler_v1_TestReceiverRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_TestReceiverReply__Output>): grpc.ClientUnaryCall;
  testReceiver(argument: _hostler_v1_TestReceiverRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_TestReceiverReply__Output>): grpc.ClientUnaryCall;
  testReceiver(argument: _hostler_v1_TestReceiverRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_TestReceiverReply__Output>): grpc.ClientUnaryCall;
  testReceiver(argument: _hostler_v1_TestReceiverRequest, callback: grpc.requestCallback<_hostler_v1_TestReceiverReply__Output>): grpc.ClientUnaryCall;
  
}

export interface AlertsHandlers extends grpc.UntypedServiceImplementation {
  AddSilence: grpc.handleUnaryCall<_hostler_v1_AddSilenceRequest__Output, _hostler_v1_SilenceView>;
  
  EndSilence: grpc.handleUnaryCall<_hostler_v1_EndSilenceRequest__Output, _hostler_v1_SilenceView>;
  
  List: grpc.handleUnaryCall<_hostler_v1_ListAlertsRequest__Output, _hostler_v1_ListAlertsReply>;
  
  ListNotices: grpc.handleUnaryCall<_hostler_v1_ListNoticesRequest__Output, _hostler_v1_ListNoticesReply>;
  
  ListSilences: grpc.handleUnaryCall<_hostler_v1_ListSilencesRequest__Output, _hostler_v1_ListSilencesReply>;
  
  TestReceiver: grpc.handleUnaryCall<_hostler_v1_TestReceiverRequest__Output, _hostler_v1_TestReceiverReply>;
  
}

export interface AlertsDefinition extends grpc.ServiceDefinition {
  AddSilence: MethodDefinition<_hostler_v1_AddSilenceRequest, _hostler_v1_SilenceView, _hostler_v1_AddSilenceRequest__Output, _hostler_v1_SilenceView__Output>
  EndSilence: MethodDefinition<_hostler_v1_EndSilenceRequest, _hostler_v1_SilenceView, _hostler_v1_EndSilenceRequest__Output, _hostler_v1_SilenceView__Output>
  List: MethodDefinition<_hostler_v1_ListAlertsRequest, _hostler_v1_ListAlertsReply, _hostler_v1_ListAlertsRequest__Output, _hostler_v1_ListAlertsReply__Output>
  ListNotices: MethodDefinition<_hostler_v1_ListNoticesRequest, _hostler_v1_ListNoticesReply, _hostler_v1_ListNoticesRequest__Output, _hostler_v1_ListNoticesReply__Output>
  ListSilences: MethodDefinition<_hostler_v1_ListSilencesRequest, _hostler_v1_ListSilencesReply, _hostler_v1_ListSilencesRequest__Output, _hostler_v1_ListSilencesReply__Output>
  TestReceiver: MethodDefinition<_hostler_v1_TestReceiverRequest, _hostler_v1_TestReceiverReply, _hostler_v1_TestReceiverRequest__Output, _hostler_v1_TestReceiverReply__Output>
}
