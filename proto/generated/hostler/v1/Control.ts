// Original file: proto/hostler/v1/control.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ApplyReply as _hostler_v1_ApplyReply, ApplyReply__Output as _hostler_v1_ApplyReply__Output } from '../../hostler/v1/ApplyReply.ts';
import type { ApplyRequest as _hostler_v1_ApplyRequest, ApplyRequest__Output as _hostler_v1_ApplyRequest__Output } from '../../hostler/v1/ApplyRequest.ts';
import type { CreateKeyReply as _hostler_v1_CreateKeyReply, CreateKeyReply__Output as _hostler_v1_CreateKeyReply__Output } from '../../hostler/v1/CreateKeyReply.ts';
import type { CreateKeyRequest as _hostler_v1_CreateKeyRequest, CreateKeyRequest__Output as _hostler_v1_CreateKeyRequest__Output } from '../../hostler/v1/CreateKeyRequest.ts';
import type { CreateTokenReply as _hostler_v1_CreateTokenReply, CreateTokenReply__Output as _hostler_v1_CreateTokenReply__Output } from '../../hostler/v1/CreateTokenReply.ts';
import type { CreateTokenRequest as _hostler_v1_CreateTokenRequest, CreateTokenRequest__Output as _hostler_v1_CreateTokenRequest__Output } from '../../hostler/v1/CreateTokenRequest.ts';
import type { DeleteReply as _hostler_v1_DeleteReply, DeleteReply__Output as _hostler_v1_DeleteReply__Output } from '../../hostler/v1/DeleteReply.ts';
import type { DeleteRequest as _hostler_v1_DeleteRequest, DeleteRequest__Output as _hostler_v1_DeleteRequest__Output } from '../../hostler/v1/DeleteRequest.ts';
import type { DiagnoseCall as _hostler_v1_DiagnoseCall, DiagnoseCall__Output as _hostler_v1_DiagnoseCall__Output } from '../../hostler/v1/DiagnoseCall.ts';
import type { DiagnoseReply as _hostler_v1_DiagnoseReply, DiagnoseReply__Output as _hostler_v1_DiagnoseReply__Output } from '../../hostler/v1/DiagnoseReply.ts';
import type { Empty as _hostler_v1_Empty, Empty__Output as _hostler_v1_Empty__Output } from '../../hostler/v1/Empty.ts';
import type { Event as _hostler_v1_Event, Event__Output as _hostler_v1_Event__Output } from '../../hostler/v1/Event.ts';
import type { EventsRequest as _hostler_v1_EventsRequest, EventsRequest__Output as _hostler_v1_EventsRequest__Output } from '../../hostler/v1/EventsRequest.ts';
import type { FleetRequest as _hostler_v1_FleetRequest, FleetRequest__Output as _hostler_v1_FleetRequest__Output } from '../../hostler/v1/FleetRequest.ts';
import type { FleetView as _hostler_v1_FleetView, FleetView__Output as _hostler_v1_FleetView__Output } from '../../hostler/v1/FleetView.ts';
import type { HostActionReply as _hostler_v1_HostActionReply, HostActionReply__Output as _hostler_v1_HostActionReply__Output } from '../../hostler/v1/HostActionReply.ts';
import type { HostActionRequest as _hostler_v1_HostActionRequest, HostActionRequest__Output as _hostler_v1_HostActionRequest__Output } from '../../hostler/v1/HostActionRequest.ts';
import type { ListKeysReply as _hostler_v1_ListKeysReply, ListKeysReply__Output as _hostler_v1_ListKeysReply__Output } from '../../hostler/v1/ListKeysReply.ts';
import type { ListRequest as _hostler_v1_ListRequest, ListRequest__Output as _hostler_v1_ListRequest__Output } from '../../hostler/v1/ListRequest.ts';
import type { ListResourcesReply as _hostler_v1_ListResourcesReply, ListResourcesReply__Output as _hostler_v1_ListResourcesReply__Output } from '../../hostler/v1/ListResourcesReply.ts';
import type { ListTokensReply as _hostler_v1_ListTokensReply, ListTokensReply__Output as _hostler_v1_ListTokensReply__Output } from '../../hostler/v1/ListTokensReply.ts';
import type { LogsChunk as _hostler_v1_LogsChunk, LogsChunk__Output as _hostler_v1_LogsChunk__Output } from '../../hostler/v1/LogsChunk.ts';
import type { LogsRequest as _hostler_v1_LogsRequest, LogsRequest__Output as _hostler_v1_LogsRequest__Output } from '../../hostler/v1/LogsRequest.ts';
import type { MetricsReply as _hostler_v1_MetricsReply, MetricsReply__Output as _hostler_v1_MetricsReply__Output } from '../../hostler/v1/MetricsReply.ts';
import type { MetricsRequest as _hostler_v1_MetricsRequest, MetricsRequest__Output as _hostler_v1_MetricsRequest__Output } from '../../hostler/v1/MetricsRequest.ts';
import type { NameRequest as _hostler_v1_NameRequest, NameRequest__Output as _hostler_v1_NameRequest__Output } from '../../hostler/v1/NameRequest.ts';
import type { PlanReply as _hostler_v1_PlanReply, PlanReply__Output as _hostler_v1_PlanReply__Output } from '../../hostler/v1/PlanReply.ts';
import type { PlanRequest as _hostler_v1_PlanRequest, PlanRequest__Output as _hostler_v1_PlanRequest__Output } from '../../hostler/v1/PlanRequest.ts';
import type { PruneReportsReply as _hostler_v1_PruneReportsReply, PruneReportsReply__Output as _hostler_v1_PruneReportsReply__Output } from '../../hostler/v1/PruneReportsReply.ts';
import type { PruneReportsRequest as _hostler_v1_PruneReportsRequest, PruneReportsRequest__Output as _hostler_v1_PruneReportsRequest__Output } from '../../hostler/v1/PruneReportsRequest.ts';
import type { RemoveHostRequest as _hostler_v1_RemoveHostRequest, RemoveHostRequest__Output as _hostler_v1_RemoveHostRequest__Output } from '../../hostler/v1/RemoveHostRequest.ts';
import type { ReportReply as _hostler_v1_ReportReply, ReportReply__Output as _hostler_v1_ReportReply__Output } from '../../hostler/v1/ReportReply.ts';
import type { ReportsReply as _hostler_v1_ReportsReply, ReportsReply__Output as _hostler_v1_ReportsReply__Output } from '../../hostler/v1/ReportsReply.ts';
import type { ReportsRequest as _hostler_v1_ReportsRequest, ReportsRequest__Output as _hostler_v1_ReportsRequest__Output } from '../../hostler/v1/ReportsRequest.ts';
import type { ResourceName as _hostler_v1_ResourceName, ResourceName__Output as _hostler_v1_ResourceName__Output } from '../../hostler/v1/ResourceName.ts';
import type { ResourceReply as _hostler_v1_ResourceReply, ResourceReply__Output as _hostler_v1_ResourceReply__Output } from '../../hostler/v1/ResourceReply.ts';
import type { ResourceRequest as _hostler_v1_ResourceRequest, ResourceRequest__Output as _hostler_v1_ResourceRequest__Output } from '../../hostler/v1/ResourceRequest.ts';
import type { RolloutActionRequest as _hostler_v1_RolloutActionRequest, RolloutActionRequest__Output as _hostler_v1_RolloutActionRequest__Output } from '../../hostler/v1/RolloutActionRequest.ts';
import type { RolloutHistoryReply as _hostler_v1_RolloutHistoryReply, RolloutHistoryReply__Output as _hostler_v1_RolloutHistoryReply__Output } from '../../hostler/v1/RolloutHistoryReply.ts';
import type { ScaleRequest as _hostler_v1_ScaleRequest, ScaleRequest__Output as _hostler_v1_ScaleRequest__Output } from '../../hostler/v1/ScaleRequest.ts';
import type { ThawReply as _hostler_v1_ThawReply, ThawReply__Output as _hostler_v1_ThawReply__Output } from '../../hostler/v1/ThawReply.ts';
import type { ThawRequest as _hostler_v1_ThawRequest, ThawRequest__Output as _hostler_v1_ThawRequest__Output } from '../../hostler/v1/ThawRequest.ts';
import type { TuneCall as _hostler_v1_TuneCall, TuneCall__Output as _hostler_v1_TuneCall__Output } from '../../hostler/v1/TuneCall.ts';
import type { TuneReply as _hostler_v1_TuneReply, TuneReply__Output as _hostler_v1_TuneReply__Output } from '../../hostler/v1/TuneReply.ts';
import type { VersionReply as _hostler_v1_VersionReply, VersionReply__Output as _hostler_v1_VersionReply__Output } from '../../hostler/v1/VersionReply.ts';
import type { VersionRequest as _hostler_v1_VersionRequest, VersionRequest__Output as _hostler_v1_VersionRequest__Output } from '../../hostler/v1/VersionRequest.ts';

export interface ControlClient extends grpc.Client {
  Apply(argument: _hostler_v1_ApplyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  Apply(argument: _hostler_v1_ApplyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  Apply(argument: _hostler_v1_ApplyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  Apply(argument: _hostler_v1_ApplyRequest, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  apply(argument: _hostler_v1_ApplyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  apply(argument: _hostler_v1_ApplyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  apply(argument: _hostler_v1_ApplyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  apply(argument: _hostler_v1_ApplyRequest, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  
  ApplyResource(argument: _hostler_v1_ResourceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ResourceReply__Output>): grpc.ClientUnaryCall;
  ApplyResource(argument: _hostler_v1_ResourceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ResourceReply__Output>): grpc.ClientUnaryCall;
  ApplyResource(argument: _hostler_v1_ResourceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ResourceReply__Output>): grpc.ClientUnaryCall;
  ApplyResource(argument: _hostler_v1_ResourceRequest, callback: grpc.requestCallback<_hostler_v1_ResourceReply__Output>): grpc.ClientUnaryCall;
  applyResource(argument: _hostler_v1_ResourceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ResourceReply__Output>): grpc.ClientUnaryCall;
  applyResource(argument: _hostler_v1_ResourceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ResourceReply__Output>): grpc.ClientUnaryCall;
  applyResource(argument: _hostler_v1_ResourceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ResourceReply__Output>): grpc.ClientUnaryCall;
  applyResource(argument: _hostler_v1_ResourceRequest, callback: grpc.requestCallback<_hostler_v1_ResourceReply__Output>): grpc.ClientUnaryCall;
  
  CreateKey(argument: _hostler_v1_CreateKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_CreateKeyReply__Output>): grpc.ClientUnaryCall;
  CreateKey(argument: _hostler_v1_CreateKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_CreateKeyReply__Output>): grpc.ClientUnaryCall;
  CreateKey(argument: _hostler_v1_CreateKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_CreateKeyReply__Output>): grpc.ClientUnaryCall;
  CreateKey(argument: _hostler_v1_CreateKeyRequest, callback: grpc.requestCallback<_hostler_v1_CreateKeyReply__Output>): grpc.ClientUnaryCall;
  createKey(argument: _hostler_v1_CreateKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_CreateKeyReply__Output>): grpc.ClientUnaryCall;
  createKey(argument: _hostler_v1_CreateKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_CreateKeyReply__Output>): grpc.ClientUnaryCall;
  createKey(argument: _hostler_v1_CreateKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_CreateKeyReply__Output>): grpc.ClientUnaryCall;
  createKey(argument: _hostler_v1_CreateKeyRequest, callback: grpc.requestCallback<_hostler_v1_CreateKeyReply__Output>): grpc.ClientUnaryCall;
  
  CreateToken(argument: _hostler_v1_CreateTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_CreateTokenReply__Output>): grpc.ClientUnaryCall;
  CreateToken(argument: _hostler_v1_CreateTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_CreateTokenReply__Output>): grpc.ClientUnaryCall;
  CreateToken(argument: _hostler_v1_CreateTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_CreateTokenReply__Output>): grpc.ClientUnaryCall;
  CreateToken(argument: _hostler_v1_CreateTokenRequest, callback: grpc.requestCallback<_hostler_v1_CreateTokenReply__Output>): grpc.ClientUnaryCall;
  createToken(argument: _hostler_v1_CreateTokenRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_CreateTokenReply__Output>): grpc.ClientUnaryCall;
  createToken(argument: _hostler_v1_CreateTokenRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_CreateTokenReply__Output>): grpc.ClientUnaryCall;
  createToken(argument: _hostler_v1_CreateTokenRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_CreateTokenReply__Output>): grpc.ClientUnaryCall;
  createToken(argument: _hostler_v1_CreateTokenRequest, callback: grpc.requestCallback<_hostler_v1_CreateTokenReply__Output>): grpc.ClientUnaryCall;
  
  Delete(argument: _hostler_v1_DeleteRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_DeleteReply__Output>): grpc.ClientUnaryCall;
  Delete(argument: _hostler_v1_DeleteRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_DeleteReply__Output>): grpc.ClientUnaryCall;
  Delete(argument: _hostler_v1_DeleteRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_DeleteReply__Output>): grpc.ClientUnaryCall;
  Delete(argument: _hostler_v1_DeleteRequest, callback: grpc.requestCallback<_hostler_v1_DeleteReply__Output>): grpc.ClientUnaryCall;
  delete(argument: _hostler_v1_DeleteRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_DeleteReply__Output>): grpc.ClientUnaryCall;
  delete(argument: _hostler_v1_DeleteRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_DeleteReply__Output>): grpc.ClientUnaryCall;
  delete(argument: _hostler_v1_DeleteRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_DeleteReply__Output>): grpc.ClientUnaryCall;
  delete(argument: _hostler_v1_DeleteRequest, callback: grpc.requestCallback<_hostler_v1_DeleteReply__Output>): grpc.ClientUnaryCall;
  
  DeleteResource(argument: _hostler_v1_ResourceName, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  DeleteResource(argument: _hostler_v1_ResourceName, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  DeleteResource(argument: _hostler_v1_ResourceName, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  DeleteResource(argument: _hostler_v1_ResourceName, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  deleteResource(argument: _hostler_v1_ResourceName, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  deleteResource(argument: _hostler_v1_ResourceName, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  deleteResource(argument: _hostler_v1_ResourceName, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  deleteResource(argument: _hostler_v1_ResourceName, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  
  Diagnose(argument: _hostler_v1_DiagnoseCall, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_DiagnoseReply__Output>;
  Diagnose(argument: _hostler_v1_DiagnoseCall, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_DiagnoseReply__Output>;
  diagnose(argument: _hostler_v1_DiagnoseCall, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_DiagnoseReply__Output>;
  diagnose(argument: _hostler_v1_DiagnoseCall, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_DiagnoseReply__Output>;
  
  Events(argument: _hostler_v1_EventsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_Event__Output>;
  Events(argument: _hostler_v1_EventsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_Event__Output>;
  events(argument: _hostler_v1_EventsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_Event__Output>;
  events(argument: _hostler_v1_EventsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_Event__Output>;
  
  Fleet(argument: _hostler_v1_FleetRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_FleetView__Output>;
  Fleet(argument: _hostler_v1_FleetRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_FleetView__Output>;
  fleet(argument: _hostler_v1_FleetRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_FleetView__Output>;
  fleet(argument: _hostler_v1_FleetRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_FleetView__Output>;
  
  GetReport(argument: _hostler_v1_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ReportReply__Output>): grpc.ClientUnaryCall;
  GetReport(argument: _hostler_v1_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ReportReply__Output>): grpc.ClientUnaryCall;
  GetReport(argument: _hostler_v1_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ReportReply__Output>): grpc.ClientUnaryCall;
  GetReport(argument: _hostler_v1_NameRequest, callback: grpc.requestCallback<_hostler_v1_ReportReply__Output>): grpc.ClientUnaryCall;
  getReport(argument: _hostler_v1_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ReportReply__Output>): grpc.ClientUnaryCall;
  getReport(argument: _hostler_v1_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ReportReply__Output>): grpc.ClientUnaryCall;
  getReport(argument: _hostler_v1_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ReportReply__Output>): grpc.ClientUnaryCall;
  getReport(argument: _hostler_v1_NameRequest, callback: grpc.requestCallback<_hostler_v1_ReportReply__Output>): grpc.ClientUnaryCall;
  
  HostAction(argument: _hostler_v1_HostActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_HostActionReply__Output>): grpc.ClientUnaryCall;
  HostAction(argument: _hostler_v1_HostActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_HostActionReply__Output>): grpc.ClientUnaryCall;
  HostAction(argument: _hostler_v1_HostActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_HostActionReply__Output>): grpc.ClientUnaryCall;
  HostAction(argument: _hostler_v1_HostActionRequest, callback: grpc.requestCallback<_hostler_v1_HostActionReply__Output>): grpc.ClientUnaryCall;
  hostAction(argument: _hostler_v1_HostActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_HostActionReply__Output>): grpc.ClientUnaryCall;
  hostAction(argument: _hostler_v1_HostActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_HostActionReply__Output>): grpc.ClientUnaryCall;
  hostAction(argument: _hostler_v1_HostActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_HostActionReply__Output>): grpc.ClientUnaryCall;
  hostAction(argument: _hostler_v1_HostActionRequest, callback: grpc.requestCallback<_hostler_v1_HostActionReply__Output>): grpc.ClientUnaryCall;
  
  ListKeys(argument: _hostler_v1_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListKeysReply__Output>): grpc.ClientUnaryCall;
  ListKeys(argument: _hostler_v1_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ListKeysReply__Output>): grpc.ClientUnaryCall;
  ListKeys(argument: _hostler_v1_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListKeysReply__Output>): grpc.ClientUnaryCall;
  ListKeys(argument: _hostler_v1_ListRequest, callback: grpc.requestCallback<_hostler_v1_ListKeysReply__Output>): grpc.ClientUnaryCall;
  listKeys(argument: _hostler_v1_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListKeysReply__Output>): grpc.ClientUnaryCall;
  listKeys(argument: _hostler_v1_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ListKeysReply__Output>): grpc.ClientUnaryCall;
  listKeys(argument: _hostler_v1_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListKeysReply__Output>): grpc.ClientUnaryCall;
  listKeys(argument: _hostler_v1_ListRequest, callback: grpc.requestCallback<_hostler_v1_ListKeysReply__Output>): grpc.ClientUnaryCall;
  
  ListReports(argument: _hostler_v1_ReportsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ReportsReply__Output>): grpc.ClientUnaryCall;
  ListReports(argument: _hostler_v1_ReportsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ReportsReply__Output>): grpc.ClientUnaryCall;
  ListReports(argument: _hostler_v1_ReportsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ReportsReply__Output>): grpc.ClientUnaryCall;
  ListReports(argument: _hostler_v1_ReportsRequest, callback: grpc.requestCallback<_hostler_v1_ReportsReply__Output>): grpc.ClientUnaryCall;
  listReports(argument: _hostler_v1_ReportsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ReportsReply__Output>): grpc.ClientUnaryCall;
  listReports(argument: _hostler_v1_ReportsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ReportsReply__Output>): grpc.ClientUnaryCall;
  listReports(argument: _hostler_v1_ReportsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ReportsReply__Output>): grpc.ClientUnaryCall;
  listReports(argument: _hostler_v1_ReportsRequest, callback: grpc.requestCallback<_hostler_v1_ReportsReply__Output>): grpc.ClientUnaryCall;
  
  ListResources(argument: _hostler_v1_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListResourcesReply__Output>): grpc.ClientUnaryCall;
  ListResources(argument: _hostler_v1_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ListResourcesReply__Output>): grpc.ClientUnaryCall;
  ListResources(argument: _hostler_v1_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListResourcesReply__Output>): grpc.ClientUnaryCall;
  ListResources(argument: _hostler_v1_ListRequest, callback: grpc.requestCallback<_hostler_v1_ListResourcesReply__Output>): grpc.ClientUnaryCall;
  listResources(argument: _hostler_v1_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListResourcesReply__Output>): grpc.ClientUnaryCall;
  listResources(argument: _hostler_v1_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ListResourcesReply__Output>): grpc.ClientUnaryCall;
  listResources(argument: _hostler_v1_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListResourcesReply__Output>): grpc.ClientUnaryCall;
  listResources(argument: _hostler_v1_ListRequest, callback: grpc.requestCallback<_hostler_v1_ListResourcesReply__Output>): grpc.ClientUnaryCall;
  
  ListTokens(argument: _hostler_v1_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListTokensReply__Output>): grpc.ClientUnaryCall;
  ListTokens(argument: _hostler_v1_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ListTokensReply__Output>): grpc.ClientUnaryCall;
  ListTokens(argument: _hostler_v1_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListTokensReply__Output>): grpc.ClientUnaryCall;
  ListTokens(argument: _hostler_v1_ListRequest, callback: grpc.requestCallback<_hostler_v1_ListTokensReply__Output>): grpc.ClientUnaryCall;
  listTokens(argument: _hostler_v1_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListTokensReply__Output>): grpc.ClientUnaryCall;
  listTokens(argument: _hostler_v1_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ListTokensReply__Output>): grpc.ClientUnaryCall;
  listTokens(argument: _hostler_v1_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ListTokensReply__Output>): grpc.ClientUnaryCall;
  listTokens(argument: _hostler_v1_ListRequest, callback: grpc.requestCallback<_hostler_v1_ListTokensReply__Output>): grpc.ClientUnaryCall;
  
  Logs(argument: _hostler_v1_LogsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_LogsChunk__Output>;
  Logs(argument: _hostler_v1_LogsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_LogsChunk__Output>;
  logs(argument: _hostler_v1_LogsRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_LogsChunk__Output>;
  logs(argument: _hostler_v1_LogsRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_LogsChunk__Output>;
  
  Metrics(argument: _hostler_v1_MetricsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_MetricsReply__Output>): grpc.ClientUnaryCall;
  Metrics(argument: _hostler_v1_MetricsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_MetricsReply__Output>): grpc.ClientUnaryCall;
  Metrics(argument: _hostler_v1_MetricsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_MetricsReply__Output>): grpc.ClientUnaryCall;
  Metrics(argument: _hostler_v1_MetricsRequest, callback: grpc.requestCallback<_hostler_v1_MetricsReply__Output>): grpc.ClientUnaryCall;
  metrics(argument: _hostler_v1_MetricsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_MetricsReply__Output>): grpc.ClientUnaryCall;
  metrics(argument: _hostler_v1_MetricsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_MetricsReply__Output>): grpc.ClientUnaryCall;
  metrics(argument: _hostler_v1_MetricsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_MetricsReply__Output>): grpc.ClientUnaryCall;
  metrics(argument: _hostler_v1_MetricsRequest, callback: grpc.requestCallback<_hostler_v1_MetricsReply__Output>): grpc.ClientUnaryCall;
  
  Plan(argument: _hostler_v1_PlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_PlanReply__Output>): grpc.ClientUnaryCall;
  Plan(argument: _hostler_v1_PlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_PlanReply__Output>): grpc.ClientUnaryCall;
  Plan(argument: _hostler_v1_PlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_PlanReply__Output>): grpc.ClientUnaryCall;
  Plan(argument: _hostler_v1_PlanRequest, callback: grpc.requestCallback<_hostler_v1_PlanReply__Output>): grpc.ClientUnaryCall;
  plan(argument: _hostler_v1_PlanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_PlanReply__Output>): grpc.ClientUnaryCall;
  plan(argument: _hostler_v1_PlanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_PlanReply__Output>): grpc.ClientUnaryCall;
  plan(argument: _hostler_v1_PlanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_PlanReply__Output>): grpc.ClientUnaryCall;
  plan(argument: _hostler_v1_PlanRequest, callback: grpc.requestCallback<_hostler_v1_PlanReply__Output>): grpc.ClientUnaryCall;
  
  PruneReports(argument: _hostler_v1_PruneReportsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_PruneReportsReply__Output>): grpc.ClientUnaryCall;
  PruneReports(argument: _hostler_v1_PruneReportsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_PruneReportsReply__Output>): grpc.ClientUnaryCall;
  PruneReports(argument: _hostler_v1_PruneReportsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_PruneReportsReply__Output>): grpc.ClientUnaryCall;
  PruneReports(argument: _hostler_v1_PruneReportsRequest, callback: grpc.requestCallback<_hostler_v1_PruneReportsReply__Output>): grpc.ClientUnaryCall;
  pruneReports(argument: _hostler_v1_PruneReportsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_PruneReportsReply__Output>): grpc.ClientUnaryCall;
  pruneReports(argument: _hostler_v1_PruneReportsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_PruneReportsReply__Output>): grpc.ClientUnaryCall;
  pruneReports(argument: _hostler_v1_PruneReportsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_PruneReportsReply__Output>): grpc.ClientUnaryCall;
  pruneReports(argument: _hostler_v1_PruneReportsRequest, callback: grpc.requestCallback<_hostler_v1_PruneReportsReply__Output>): grpc.ClientUnaryCall;
  
  RemoveHost(argument: _hostler_v1_RemoveHostRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  RemoveHost(argument: _hostler_v1_RemoveHostRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  RemoveHost(argument: _hostler_v1_RemoveHostRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  RemoveHost(argument: _hostler_v1_RemoveHostRequest, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  removeHost(argument: _hostler_v1_RemoveHostRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  removeHost(argument: _hostler_v1_RemoveHostRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  removeHost(argument: _hostler_v1_RemoveHostRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  removeHost(argument: _hostler_v1_RemoveHostRequest, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  
  RevokeKey(argument: _hostler_v1_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  RevokeKey(argument: _hostler_v1_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  RevokeKey(argument: _hostler_v1_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  RevokeKey(argument: _hostler_v1_NameRequest, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  revokeKey(argument: _hostler_v1_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  revokeKey(argument: _hostler_v1_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  revokeKey(argument: _hostler_v1_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  revokeKey(argument: _hostler_v1_NameRequest, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  
  RevokeToken(argument: _hostler_v1_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  RevokeToken(argument: _hostler_v1_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  RevokeToken(argument: _hostler_v1_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  RevokeToken(argument: _hostler_v1_NameRequest, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  revokeToken(argument: _hostler_v1_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  revokeToken(argument: _hostler_v1_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  revokeToken(argument: _hostler_v1_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  revokeToken(argument: _hostler_v1_NameRequest, callback: grpc.requestCallback<_hostler_v1_Empty__Output>): grpc.ClientUnaryCall;
  
  RolloutAction(argument: _hostler_v1_RolloutActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  RolloutAction(argument: _hostler_v1_RolloutActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  RolloutAction(argument: _hostler_v1_RolloutActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  RolloutAction(argument: _hostler_v1_RolloutActionRequest, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  rolloutAction(argument: _hostler_v1_RolloutActionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  rolloutAction(argument: _hostler_v1_RolloutActionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  rolloutAction(argument: _hostler_v1_RolloutActionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  rolloutAction(argument: _hostler_v1_RolloutActionRequest, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  
  RolloutHistory(argument: _hostler_v1_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_RolloutHistoryReply__Output>): grpc.ClientUnaryCall;
  RolloutHistory(argument: _hostler_v1_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_RolloutHistoryReply__Output>): grpc.ClientUnaryCall;
  RolloutHistory(argument: _hostler_v1_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_RolloutHistoryReply__Output>): grpc.ClientUnaryCall;
  RolloutHistory(argument: _hostler_v1_NameRequest, callback: grpc.requestCallback<_hostler_v1_RolloutHistoryReply__Output>): grpc.ClientUnaryCall;
  rolloutHistory(argument: _hostler_v1_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_RolloutHistoryReply__Output>): grpc.ClientUnaryCall;
  rolloutHistory(argument: _hostler_v1_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_RolloutHistoryReply__Output>): grpc.ClientUnaryCall;
  rolloutHistory(argument: _hostler_v1_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_RolloutHistoryReply__Output>): grpc.ClientUnaryCall;
  rolloutHistory(argument: _hostler_v1_NameRequest, callback: grpc.requestCallback<_hostler_v1_RolloutHistoryReply__Output>): grpc.ClientUnaryCall;
  
  Scale(argument: _hostler_v1_ScaleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  Scale(argument: _hostler_v1_ScaleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  Scale(argument: _hostler_v1_ScaleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  Scale(argument: _hostler_v1_ScaleRequest, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  scale(argument: _hostler_v1_ScaleRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  scale(argument: _hostler_v1_ScaleRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  scale(argument: _hostler_v1_ScaleRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  scale(argument: _hostler_v1_ScaleRequest, callback: grpc.requestCallback<_hostler_v1_ApplyReply__Output>): grpc.ClientUnaryCall;
  
  Thaw(argument: _hostler_v1_ThawRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ThawReply__Output>): grpc.ClientUnaryCall;
  Thaw(argument: _hostler_v1_ThawRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ThawReply__Output>): grpc.ClientUnaryCall;
  Thaw(argument: _hostler_v1_ThawRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ThawReply__Output>): grpc.ClientUnaryCall;
  Thaw(argument: _hostler_v1_ThawRequest, callback: grpc.requestCallback<_hostler_v1_ThawReply__Output>): grpc.ClientUnaryCall;
  thaw(argument: _hostler_v1_ThawRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ThawReply__Output>): grpc.ClientUnaryCall;
  thaw(argument: _hostler_v1_ThawRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_ThawReply__Output>): grpc.ClientUnaryCall;
  thaw(argument: _hostler_v1_ThawRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_ThawReply__Output>): grpc.ClientUnaryCall;
  thaw(argument: _hostler_v1_ThawRequest, callback: grpc.requestCallback<_hostler_v1_ThawReply__Output>): grpc.ClientUnaryCall;
  
  Tune(argument: _hostler_v1_TuneCall, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_TuneReply__Output>;
  Tune(argument: _hostler_v1_TuneCall, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_TuneReply__Output>;
  tune(argument: _hostler_v1_TuneCall, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_TuneReply__Output>;
  tune(argument: _hostler_v1_TuneCall, options?: grpc.CallOptions): grpc.ClientReadableStream<_hostler_v1_TuneReply__Output>;
  
  Version(argument: _hostler_v1_VersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_VersionReply__Output>): grpc.ClientUnaryCall;
  Version(argument: _hostler_v1_VersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_VersionReply__Output>): grpc.ClientUnaryCall;
  Version(argument: _hostler_v1_VersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_VersionReply__Output>): grpc.ClientUnaryCall;
  Version(argument: _hostler_v1_VersionRequest, callback: grpc.requestCallback<_hostler_v1_VersionReply__Output>): grpc.ClientUnaryCall;
  version(argument: _hostler_v1_VersionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_VersionReply__Output>): grpc.ClientUnaryCall;
  version(argument: _hostler_v1_VersionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hostler_v1_VersionReply__Output>): grpc.ClientUnaryCall;
  version(argument: _hostler_v1_VersionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hostler_v1_VersionReply__Output>): grpc.ClientUnaryCall;
  version(argument: _hostler_v1_VersionRequest, callback: grpc.requestCallback<_hostler_v1_VersionReply__Output>): grpc.ClientUnaryCall;
  
}

export interface ControlHandlers extends grpc.UntypedServiceImplementation {
  Apply: grpc.handleUnaryCall<_hostler_v1_ApplyRequest__Output, _hostler_v1_ApplyReply>;
  
  ApplyResource: grpc.handleUnaryCall<_hostler_v1_ResourceRequest__Output, _hostler_v1_ResourceReply>;
  
  CreateKey: grpc.handleUnaryCall<_hostler_v1_CreateKeyRequest__Output, _hostler_v1_CreateKeyReply>;
  
  CreateToken: grpc.handleUnaryCall<_hostler_v1_CreateTokenRequest__Output, _hostler_v1_CreateTokenReply>;
  
  Delete: grpc.handleUnaryCall<_hostler_v1_DeleteRequest__Output, _hostler_v1_DeleteReply>;
  
  DeleteResource: grpc.handleUnaryCall<_hostler_v1_ResourceName__Output, _hostler_v1_Empty>;
  
  Diagnose: grpc.handleServerStreamingCall<_hostler_v1_DiagnoseCall__Output, _hostler_v1_DiagnoseReply>;
  
  Events: grpc.handleServerStreamingCall<_hostler_v1_EventsRequest__Output, _hostler_v1_Event>;
  
  Fleet: grpc.handleServerStreamingCall<_hostler_v1_FleetRequest__Output, _hostler_v1_FleetView>;
  
  GetReport: grpc.handleUnaryCall<_hostler_v1_NameRequest__Output, _hostler_v1_ReportReply>;
  
  HostAction: grpc.handleUnaryCall<_hostler_v1_HostActionRequest__Output, _hostler_v1_HostActionReply>;
  
  ListKeys: grpc.handleUnaryCall<_hostler_v1_ListRequest__Output, _hostler_v1_ListKeysReply>;
  
  ListReports: grpc.handleUnaryCall<_hostler_v1_ReportsRequest__Output, _hostler_v1_ReportsReply>;
  
  ListResources: grpc.handleUnaryCall<_hostler_v1_ListRequest__Output, _hostler_v1_ListResourcesReply>;
  
  ListTokens: grpc.handleUnaryCall<_hostler_v1_ListRequest__Output, _hostler_v1_ListTokensReply>;
  
  Logs: grpc.handleServerStreamingCall<_hostler_v1_LogsRequest__Output, _hostler_v1_LogsChunk>;
  
  Metrics: grpc.handleUnaryCall<_hostler_v1_MetricsRequest__Output, _hostler_v1_MetricsReply>;
  
  Plan: grpc.handleUnaryCall<_hostler_v1_PlanRequest__Output, _hostler_v1_PlanReply>;
  
  PruneReports: grpc.handleUnaryCall<_hostler_v1_PruneReportsRequest__Output, _hostler_v1_PruneReportsReply>;
  
  RemoveHost: grpc.handleUnaryCall<_hostler_v1_RemoveHostRequest__Output, _hostler_v1_Empty>;
  
  RevokeKey: grpc.handleUnaryCall<_hostler_v1_NameRequest__Output, _hostler_v1_Empty>;
  
  RevokeToken: grpc.handleUnaryCall<_hostler_v1_NameRequest__Output, _hostler_v1_Empty>;
  
  RolloutAction: grpc.handleUnaryCall<_hostler_v1_RolloutActionRequest__Output, _hostler_v1_ApplyReply>;
  
  RolloutHistory: grpc.handleUnaryCall<_hostler_v1_NameRequest__Output, _hostler_v1_RolloutHistoryReply>;
  
  Scale: grpc.handleUnaryCall<_hostler_v1_ScaleRequest__Output, _hostler_v1_ApplyReply>;
  
  Thaw: grpc.handleUnaryCall<_hostler_v1_ThawRequest__Output, _hostler_v1_ThawReply>;
  
  Tune: grpc.handleServerStreamingCall<_hostler_v1_TuneCall__Output, _hostler_v1_TuneReply>;
  
  Version: grpc.handleUnaryCall<_hostler_v1_VersionRequest__Output, _hostler_v1_VersionReply>;
  
}

export interface ControlDefinition extends grpc.ServiceDefinition {
  Apply: MethodDefinition<_hostler_v1_ApplyRequest, _hostler_v1_ApplyReply, _hostler_v1_ApplyRequest__Output, _hostler_v1_ApplyReply__Output>
  ApplyResource: MethodDefinition<_hostler_v1_ResourceRequest, _hostler_v1_ResourceReply, _hostler_v1_ResourceRequest__Output, _hostler_v1_ResourceReply__Output>
  CreateKey: MethodDefinition<_hostler_v1_CreateKeyRequest, _hostler_v1_CreateKeyReply, _hostler_v1_CreateKeyRequest__Output, _hostler_v1_CreateKeyReply__Output>
  CreateToken: MethodDefinition<_hostler_v1_CreateTokenRequest, _hostler_v1_CreateTokenReply, _hostler_v1_CreateTokenRequest__Output, _hostler_v1_CreateTokenReply__Output>
  Delete: MethodDefinition<_hostler_v1_DeleteRequest, _hostler_v1_DeleteReply, _hostler_v1_DeleteRequest__Output, _hostler_v1_DeleteReply__Output>
  DeleteResource: MethodDefinition<_hostler_v1_ResourceName, _hostler_v1_Empty, _hostler_v1_ResourceName__Output, _hostler_v1_Empty__Output>
  Diagnose: MethodDefinition<_hostler_v1_DiagnoseCall, _hostler_v1_DiagnoseReply, _hostler_v1_DiagnoseCall__Output, _hostler_v1_DiagnoseReply__Output>
  Events: MethodDefinition<_hostler_v1_EventsRequest, _hostler_v1_Event, _hostler_v1_EventsRequest__Output, _hostler_v1_Event__Output>
  Fleet: MethodDefinition<_hostler_v1_FleetRequest, _hostler_v1_FleetView, _hostler_v1_FleetRequest__Output, _hostler_v1_FleetView__Output>
  GetReport: MethodDefinition<_hostler_v1_NameRequest, _hostler_v1_ReportReply, _hostler_v1_NameRequest__Output, _hostler_v1_ReportReply__Output>
  HostAction: MethodDefinition<_hostler_v1_HostActionRequest, _hostler_v1_HostActionReply, _hostler_v1_HostActionRequest__Output, _hostler_v1_HostActionReply__Output>
  ListKeys: MethodDefinition<_hostler_v1_ListRequest, _hostler_v1_ListKeysReply, _hostler_v1_ListRequest__Output, _hostler_v1_ListKeysReply__Output>
  ListReports: MethodDefinition<_hostler_v1_ReportsRequest, _hostler_v1_ReportsReply, _hostler_v1_ReportsRequest__Output, _hostler_v1_ReportsReply__Output>
  ListResources: MethodDefinition<_hostler_v1_ListRequest, _hostler_v1_ListResourcesReply, _hostler_v1_ListRequest__Output, _hostler_v1_ListResourcesReply__Output>
  ListTokens: MethodDefinition<_hostler_v1_ListRequest, _hostler_v1_ListTokensReply, _hostler_v1_ListRequest__Output, _hostler_v1_ListTokensReply__Output>
  Logs: MethodDefinition<_hostler_v1_LogsRequest, _hostler_v1_LogsChunk, _hostler_v1_LogsRequest__Output, _hostler_v1_LogsChunk__Output>
  Metrics: MethodDefinition<_hostler_v1_MetricsRequest, _hostler_v1_MetricsReply, _hostler_v1_MetricsRequest__Output, _hostler_v1_MetricsReply__Output>
  Plan: MethodDefinition<_hostler_v1_PlanRequest, _hostler_v1_PlanReply, _hostler_v1_PlanRequest__Output, _hostler_v1_PlanReply__Output>
  PruneReports: MethodDefinition<_hostler_v1_PruneReportsRequest, _hostler_v1_PruneReportsReply, _hostler_v1_PruneReportsRequest__Output, _hostler_v1_PruneReportsReply__Output>
  RemoveHost: MethodDefinition<_hostler_v1_RemoveHostRequest, _hostler_v1_Empty, _hostler_v1_RemoveHostRequest__Output, _hostler_v1_Empty__Output>
  RevokeKey: MethodDefinition<_hostler_v1_NameRequest, _hostler_v1_Empty, _hostler_v1_NameRequest__Output, _hostler_v1_Empty__Output>
  RevokeToken: MethodDefinition<_hostler_v1_NameRequest, _hostler_v1_Empty, _hostler_v1_NameRequest__Output, _hostler_v1_Empty__Output>
  RolloutAction: MethodDefinition<_hostler_v1_RolloutActionRequest, _hostler_v1_ApplyReply, _hostler_v1_RolloutActionRequest__Output, _hostler_v1_ApplyReply__Output>
  RolloutHistory: MethodDefinition<_hostler_v1_NameRequest, _hostler_v1_RolloutHistoryReply, _hostler_v1_NameRequest__Output, _hostler_v1_RolloutHistoryReply__Output>
  Scale: MethodDefinition<_hostler_v1_ScaleRequest, _hostler_v1_ApplyReply, _hostler_v1_ScaleRequest__Output, _hostler_v1_ApplyReply__Output>
  Thaw: MethodDefinition<_hostler_v1_ThawRequest, _hostler_v1_ThawReply, _hostler_v1_ThawRequest__Output, _hostler_v1_ThawReply__Output>
  Tune: MethodDefinition<_hostler_v1_TuneCall, _hostler_v1_TuneReply, _hostler_v1_TuneCall__Output, _hostler_v1_TuneReply__Output>
  Version: MethodDefinition<_hostler_v1_VersionRequest, _hostler_v1_VersionReply, _hostler_v1_VersionRequest__Output, _hostler_v1_VersionReply__Output>
}
