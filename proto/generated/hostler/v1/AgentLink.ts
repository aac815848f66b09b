// Original file: proto/hostler/v1/agent.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AgentMessage as _hostler_v1_AgentMessage, AgentMessage__Output as _hostler_v1_AgentMessage__Output } from '../../hostler/v1/AgentMessage.ts';
import type { AnswerChunk as _hostler_v1_AnswerChunk, AnswerChunk__Output as _hostler_v1_AnswerChunk__Output } from '../../hostler/v1/AnswerChunk.ts';
import type { AnswerReceipt as _hostler_v1_AnswerReceipt, AnswerReceipt__Output as _hostler_v1_AnswerReceipt__Output } from '../../hostler/v1/AnswerReceipt.ts';
import type { ControllerMessage as _hostler_v1_ControllerMessage, ControllerMessage__Output as _hostler_v1_ControllerMessage__Output } from '../../hostler/v1/ControllerMessage.ts';
import type { HostReport as _hostler_v1_HostReport, HostReport__Output as _hostler_v1_HostReport__Output } from '../../hostler/v1/HostReport.ts';
import type { HostReportReceipt as _hostler_v1_HostReportReceipt, HostReportReceipt__Output as _hostler_v1_HostReportReceipt__Output } from '../../hostler/v1/HostReportReceipt.ts';

export interface AgentLinkClient extends grpc.Client {
  Answer(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_AnswerReceipt__Output>): grpc.ClientWritableStream<_hostler_v1_AnswerChunk>;
  Answer(metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_AnswerReceipt__Output>): grpc.ClientWritableStream<_hostler_v1_AnswerChunk>;
  Answer(options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_AnswerReceipt__Output>): grpc.ClientWritableStream<_hostler_v1_AnswerChunk>;
  Answer(callback: grpc.requestCallback<_hostler_v1_AnswerReceipt__Output>): grpc.ClientWritableStream<_hostler_v1_AnswerChunk>;
  answer(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_AnswerReceipt__Output>): grpc.ClientWritableStream<_hostler_v1_AnswerChunk>;
  answer(metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_AnswerReceipt__Output>): grpc.ClientWritableStream<_hostler_v1_AnswerChunk>;
  answer(options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_AnswerReceipt__Output>): grpc.ClientWritableStream<_hostler_v1_AnswerChunk>;
  answer(callback: grpc.requestCallback<_hostler_v1_AnswerReceipt__Output>): grpc.ClientWritableStream<_hostler_v1_AnswerChunk>;
  
  Report(argument: _hostler_v1_HostReport, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_HostReportReceipt__Output>): grpc.ClientUnaryCall;
  Report(argument: _hostler_v1_HostReport, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_HostReportReceipt__Output>): grpc.ClientUnaryCall;
  Report(argument: _hostler_v1_HostReport, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_HostReportReceipt__Output>): grpc.ClientUnaryCall;
  Report(argument: _hostler_v1_HostReport, callback: grpc.requestCallback<_hostler_v1_HostReportReceipt__Output>): grpc.ClientUnaryCall;
  report(argument: _hostler_v1_HostReport, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_HostReportReceipt__Output>): grpc.ClientUnaryCall;
  report(argument: _hostler_v1_HostReport, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_HostReportReceipt__Output>): grpc.ClientUnaryCall;
  report(argument: _hostler_v1_HostReport, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_HostReportReceipt__Output>): grpc.ClientUnaryCall;
  report(argument: _hostler_v1_HostReport, callback: grpc.requestCallback<_hostler_v1_HostReportReceipt__Output>): grpc.ClientUnaryCall;
  
  Session(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hostler_v1_AgentMessage, _hostler_v1_ControllerMessage__Output>;
  Session(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hostler_v1_AgentMessage, _hostler_v1_ControllerMessage__Output>;
  session(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hostler_v1_AgentMessage, _hostler_v1_ControllerMessage__Output>;
  session(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hostler_v1_AgentMessage, _hostler_v1_ControllerMessage__Output>;
  
}

export interface AgentLinkHandlers extends grpc.UntypedServiceImplementation {
  Answer: grpc.handleClientStreamingCall<_hostler_v1_AnswerChunk__Output, _hostler_v1_AnswerReceipt>;
  
  Report: grpc.handleUnaryCall<_hostler_v1_HostReport__Output, _hostler_v1_HostReportReceipt>;
  
  Session: grpc.handleBidiStreamingCall<_hostler_v1_AgentMessage__Output, _hostler_v1_ControllerMessage>;
  
}

export interface AgentLinkDefinition extends grpc.ServiceDefinition {
  Answer: MethodDefinition<_hostler_v1_AnswerChunk, _hostler_v1_AnswerReceipt, _hostler_v1_AnswerChunk__Output, _hostler_v1_AnswerReceipt__Output>
  Report: MethodDefinition<_hostler_v1_HostReport, _hostler_v1_HostReportReceipt, _hostler_v1_HostReport__Output, _hostler_v1_HostReportReceipt__Output>
  Session: MethodDefinition<_hostler_v1_AgentMessage, _hostler_v1_ControllerMessage, _hostler_v1_AgentMessage__Output, _hostler_v1_ControllerMessage__Output>
}
