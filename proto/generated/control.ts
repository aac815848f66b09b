import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Adjustment as _hostler_v1_Adjustment, Adjustment__Output as _hostler_v1_Adjustment__Output } from './hostler/v1/Adjustment.ts';
import type { ApplyReply as _hostler_v1_ApplyReply, ApplyReply__Output as _hostler_v1_ApplyReply__Output } from './hostler/v1/ApplyReply.ts';
import type { ApplyRequest as _hostler_v1_ApplyRequest, ApplyRequest__Output as _hostler_v1_ApplyRequest__Output } from './hostler/v1/ApplyRequest.ts';
import type { AutoscaleView as _hostler_v1_AutoscaleView, AutoscaleView__Output as _hostler_v1_AutoscaleView__Output } from './hostler/v1/AutoscaleView.ts';
import type { CanaryView as _hostler_v1_CanaryView, CanaryView__Output as _hostler_v1_CanaryView__Output } from './hostler/v1/CanaryView.ts';
import type { ControlClient as _hostler_v1_ControlClient, ControlDefinition as _hostler_v1_ControlDefinition } from './hostler/v1/Control.ts';
import type { CreateKeyReply as _hostler_v1_CreateKeyReply, CreateKeyReply__Output as _hostler_v1_CreateKeyReply__Output } from './hostler/v1/CreateKeyReply.ts';
import type { CreateKeyRequest as _hostler_v1_CreateKeyRequest, CreateKeyRequest__Output as _hostler_v1_CreateKeyRequest__Output } from './hostler/v1/CreateKeyRequest.ts';
import type { CreateTokenReply as _hostler_v1_CreateTokenReply, CreateTokenReply__Output as _hostler_v1_CreateTokenReply__Output } from './hostler/v1/CreateTokenReply.ts';
import type { CreateTokenRequest as _hostler_v1_CreateTokenRequest, CreateTokenRequest__Output as _hostler_v1_CreateTokenRequest__Output } from './hostler/v1/CreateTokenRequest.ts';
import type { DeleteReply as _hostler_v1_DeleteReply, DeleteReply__Output as _hostler_v1_DeleteReply__Output } from './hostler/v1/DeleteReply.ts';
import type { DeleteRequest as _hostler_v1_DeleteRequest, DeleteRequest__Output as _hostler_v1_DeleteRequest__Output } from './hostler/v1/DeleteRequest.ts';
import type { DeploymentView as _hostler_v1_DeploymentView, DeploymentView__Output as _hostler_v1_DeploymentView__Output } from './hostler/v1/DeploymentView.ts';
import type { DiagnoseCall as _hostler_v1_DiagnoseCall, DiagnoseCall__Output as _hostler_v1_DiagnoseCall__Output } from './hostler/v1/DiagnoseCall.ts';
import type { DiagnoseProgress as _hostler_v1_DiagnoseProgress, DiagnoseProgress__Output as _hostler_v1_DiagnoseProgress__Output } from './hostler/v1/DiagnoseProgress.ts';
import type { DiagnoseReply as _hostler_v1_DiagnoseReply, DiagnoseReply__Output as _hostler_v1_DiagnoseReply__Output } from './hostler/v1/DiagnoseReply.ts';
import type { Disk as _hostler_v1_Disk, Disk__Output as _hostler_v1_Disk__Output } from './hostler/v1/Disk.ts';
import type { Empty as _hostler_v1_Empty, Empty__Output as _hostler_v1_Empty__Output } from './hostler/v1/Empty.ts';
import type { Event as _hostler_v1_Event, Event__Output as _hostler_v1_Event__Output } from './hostler/v1/Event.ts';
import type { EventsRequest as _hostler_v1_EventsRequest, EventsRequest__Output as _hostler_v1_EventsRequest__Output } from './hostler/v1/EventsRequest.ts';
import type { FieldChange as _hostler_v1_FieldChange, FieldChange__Output as _hostler_v1_FieldChange__Output } from './hostler/v1/FieldChange.ts';
import type { Finding as _hostler_v1_Finding, Finding__Output as _hostler_v1_Finding__Output } from './hostler/v1/Finding.ts';
import type { FleetRequest as _hostler_v1_FleetRequest, FleetRequest__Output as _hostler_v1_FleetRequest__Output } from './hostler/v1/FleetRequest.ts';
import type { FleetView as _hostler_v1_FleetView, FleetView__Output as _hostler_v1_FleetView__Output } from './hostler/v1/FleetView.ts';
import type { GangView as _hostler_v1_GangView, GangView__Output as _hostler_v1_GangView__Output } from './hostler/v1/GangView.ts';
import type { GatewayView as _hostler_v1_GatewayView, GatewayView__Output as _hostler_v1_GatewayView__Output } from './hostler/v1/GatewayView.ts';
import type { Gpu as _hostler_v1_Gpu, Gpu__Output as _hostler_v1_Gpu__Output } from './hostler/v1/Gpu.ts';
import type { GpuHolder as _hostler_v1_GpuHolder, GpuHolder__Output as _hostler_v1_GpuHolder__Output } from './hostler/v1/GpuHolder.ts';
import type { GpuLink as _hostler_v1_GpuLink, GpuLink__Output as _hostler_v1_GpuLink__Output } from './hostler/v1/GpuLink.ts';
import type { GpuModel as _hostler_v1_GpuModel, GpuModel__Output as _hostler_v1_GpuModel__Output } from './hostler/v1/GpuModel.ts';
import type { GpuProcess as _hostler_v1_GpuProcess, GpuProcess__Output as _hostler_v1_GpuProcess__Output } from './hostler/v1/GpuProcess.ts';
import type { GpuUsage as _hostler_v1_GpuUsage, GpuUsage__Output as _hostler_v1_GpuUsage__Output } from './hostler/v1/GpuUsage.ts';
import type { HostActionReply as _hostler_v1_HostActionReply, HostActionReply__Output as _hostler_v1_HostActionReply__Output } from './hostler/v1/HostActionReply.ts';
import type { HostActionRequest as _hostler_v1_HostActionRequest, HostActionRequest__Output as _hostler_v1_HostActionRequest__Output } from './hostler/v1/HostActionRequest.ts';
import type { HostActionResult as _hostler_v1_HostActionResult, HostActionResult__Output as _hostler_v1_HostActionResult__Output } from './hostler/v1/HostActionResult.ts';
import type { HostDrain as _hostler_v1_HostDrain, HostDrain__Output as _hostler_v1_HostDrain__Output } from './hostler/v1/HostDrain.ts';
import type { HostMetrics as _hostler_v1_HostMetrics, HostMetrics__Output as _hostler_v1_HostMetrics__Output } from './hostler/v1/HostMetrics.ts';
import type { HostReason as _hostler_v1_HostReason, HostReason__Output as _hostler_v1_HostReason__Output } from './hostler/v1/HostReason.ts';
import type { HostSpec as _hostler_v1_HostSpec, HostSpec__Output as _hostler_v1_HostSpec__Output } from './hostler/v1/HostSpec.ts';
import type { HostSummary as _hostler_v1_HostSummary, HostSummary__Output as _hostler_v1_HostSummary__Output } from './hostler/v1/HostSummary.ts';
import type { HostUsage as _hostler_v1_HostUsage, HostUsage__Output as _hostler_v1_HostUsage__Output } from './hostler/v1/HostUsage.ts';
import type { HostView as _hostler_v1_HostView, HostView__Output as _hostler_v1_HostView__Output } from './hostler/v1/HostView.ts';
import type { Inventory as _hostler_v1_Inventory, Inventory__Output as _hostler_v1_Inventory__Output } from './hostler/v1/Inventory.ts';
import type { KeyView as _hostler_v1_KeyView, KeyView__Output as _hostler_v1_KeyView__Output } from './hostler/v1/KeyView.ts';
import type { LeavingReplica as _hostler_v1_LeavingReplica, LeavingReplica__Output as _hostler_v1_LeavingReplica__Output } from './hostler/v1/LeavingReplica.ts';
import type { ListKeysReply as _hostler_v1_ListKeysReply, ListKeysReply__Output as _hostler_v1_ListKeysReply__Output } from './hostler/v1/ListKeysReply.ts';
import type { ListRequest as _hostler_v1_ListRequest, ListRequest__Output as _hostler_v1_ListRequest__Output } from './hostler/v1/ListRequest.ts';
import type { ListResourcesReply as _hostler_v1_ListResourcesReply, ListResourcesReply__Output as _hostler_v1_ListResourcesReply__Output } from './hostler/v1/ListResourcesReply.ts';
import type { ListTokensReply as _hostler_v1_ListTokensReply, ListTokensReply__Output as _hostler_v1_ListTokensReply__Output } from './hostler/v1/ListTokensReply.ts';
import type { LogsChunk as _hostler_v1_LogsChunk, LogsChunk__Output as _hostler_v1_LogsChunk__Output } from './hostler/v1/LogsChunk.ts';
import type { LogsRequest as _hostler_v1_LogsRequest, LogsRequest__Output as _hostler_v1_LogsRequest__Output } from './hostler/v1/LogsRequest.ts';
import type { MemberView as _hostler_v1_MemberView, MemberView__Output as _hostler_v1_MemberView__Output } from './hostler/v1/MemberView.ts';
import type { MetricFrame as _hostler_v1_MetricFrame, MetricFrame__Output as _hostler_v1_MetricFrame__Output } from './hostler/v1/MetricFrame.ts';
import type { MetricSeries as _hostler_v1_MetricSeries, MetricSeries__Output as _hostler_v1_MetricSeries__Output } from './hostler/v1/MetricSeries.ts';
import type { MetricsReply as _hostler_v1_MetricsReply, MetricsReply__Output as _hostler_v1_MetricsReply__Output } from './hostler/v1/MetricsReply.ts';
import type { MetricsRequest as _hostler_v1_MetricsRequest, MetricsRequest__Output as _hostler_v1_MetricsRequest__Output } from './hostler/v1/MetricsRequest.ts';
import type { ModelFilesystem as _hostler_v1_ModelFilesystem, ModelFilesystem__Output as _hostler_v1_ModelFilesystem__Output } from './hostler/v1/ModelFilesystem.ts';
import type { NameRequest as _hostler_v1_NameRequest, NameRequest__Output as _hostler_v1_NameRequest__Output } from './hostler/v1/NameRequest.ts';
import type { Nic as _hostler_v1_Nic, Nic__Output as _hostler_v1_Nic__Output } from './hostler/v1/Nic.ts';
import type { PlanReply as _hostler_v1_PlanReply, PlanReply__Output as _hostler_v1_PlanReply__Output } from './hostler/v1/PlanReply.ts';
import type { PlanRequest as _hostler_v1_PlanRequest, PlanRequest__Output as _hostler_v1_PlanRequest__Output } from './hostler/v1/PlanRequest.ts';
import type { PlannedDeployment as _hostler_v1_PlannedDeployment, PlannedDeployment__Output as _hostler_v1_PlannedDeployment__Output } from './hostler/v1/PlannedDeployment.ts';
import type { PlannedMember as _hostler_v1_PlannedMember, PlannedMember__Output as _hostler_v1_PlannedMember__Output } from './hostler/v1/PlannedMember.ts';
import type { PlannedReplica as _hostler_v1_PlannedReplica, PlannedReplica__Output as _hostler_v1_PlannedReplica__Output } from './hostler/v1/PlannedReplica.ts';
import type { PlannedShortage as _hostler_v1_PlannedShortage, PlannedShortage__Output as _hostler_v1_PlannedShortage__Output } from './hostler/v1/PlannedShortage.ts';
import type { PlannedStep as _hostler_v1_PlannedStep, PlannedStep__Output as _hostler_v1_PlannedStep__Output } from './hostler/v1/PlannedStep.ts';
import type { Probe as _hostler_v1_Probe, Probe__Output as _hostler_v1_Probe__Output } from './hostler/v1/Probe.ts';
import type { PruneReportsReply as _hostler_v1_PruneReportsReply, PruneReportsReply__Output as _hostler_v1_PruneReportsReply__Output } from './hostler/v1/PruneReportsReply.ts';
import type { PruneReportsRequest as _hostler_v1_PruneReportsRequest, PruneReportsRequest__Output as _hostler_v1_PruneReportsRequest__Output } from './hostler/v1/PruneReportsRequest.ts';
import type { RemoveHostRequest as _hostler_v1_RemoveHostRequest, RemoveHostRequest__Output as _hostler_v1_RemoveHostRequest__Output } from './hostler/v1/RemoveHostRequest.ts';
import type { ReplicaSpec as _hostler_v1_ReplicaSpec, ReplicaSpec__Output as _hostler_v1_ReplicaSpec__Output } from './hostler/v1/ReplicaSpec.ts';
import type { ReplicaStatus as _hostler_v1_ReplicaStatus, ReplicaStatus__Output as _hostler_v1_ReplicaStatus__Output } from './hostler/v1/ReplicaStatus.ts';
import type { ReplicaView as _hostler_v1_ReplicaView, ReplicaView__Output as _hostler_v1_ReplicaView__Output } from './hostler/v1/ReplicaView.ts';
import type { ReportReply as _hostler_v1_ReportReply, ReportReply__Output as _hostler_v1_ReportReply__Output } from './hostler/v1/ReportReply.ts';
import type { ReportsReply as _hostler_v1_ReportsReply, ReportsReply__Output as _hostler_v1_ReportsReply__Output } from './hostler/v1/ReportsReply.ts';
import type { ReportsRequest as _hostler_v1_ReportsRequest, ReportsRequest__Output as _hostler_v1_ReportsRequest__Output } from './hostler/v1/ReportsRequest.ts';
import type { ResourceApplied as _hostler_v1_ResourceApplied, ResourceApplied__Output as _hostler_v1_ResourceApplied__Output } from './hostler/v1/ResourceApplied.ts';
import type { ResourceName as _hostler_v1_ResourceName, ResourceName__Output as _hostler_v1_ResourceName__Output } from './hostler/v1/ResourceName.ts';
import type { ResourceReply as _hostler_v1_ResourceReply, ResourceReply__Output as _hostler_v1_ResourceReply__Output } from './hostler/v1/ResourceReply.ts';
import type { ResourceRequest as _hostler_v1_ResourceRequest, ResourceRequest__Output as _hostler_v1_ResourceRequest__Output } from './hostler/v1/ResourceRequest.ts';
import type { ResourceView as _hostler_v1_ResourceView, ResourceView__Output as _hostler_v1_ResourceView__Output } from './hostler/v1/ResourceView.ts';
import type { RevisionView as _hostler_v1_RevisionView, RevisionView__Output as _hostler_v1_RevisionView__Output } from './hostler/v1/RevisionView.ts';
import type { RolloutActionRequest as _hostler_v1_RolloutActionRequest, RolloutActionRequest__Output as _hostler_v1_RolloutActionRequest__Output } from './hostler/v1/RolloutActionRequest.ts';
import type { RolloutHistoryReply as _hostler_v1_RolloutHistoryReply, RolloutHistoryReply__Output as _hostler_v1_RolloutHistoryReply__Output } from './hostler/v1/RolloutHistoryReply.ts';
import type { RolloutStep as _hostler_v1_RolloutStep, RolloutStep__Output as _hostler_v1_RolloutStep__Output } from './hostler/v1/RolloutStep.ts';
import type { Runtime as _hostler_v1_Runtime, Runtime__Output as _hostler_v1_Runtime__Output } from './hostler/v1/Runtime.ts';
import type { ScaleRequest as _hostler_v1_ScaleRequest, ScaleRequest__Output as _hostler_v1_ScaleRequest__Output } from './hostler/v1/ScaleRequest.ts';
import type { ScaleSignalView as _hostler_v1_ScaleSignalView, ScaleSignalView__Output as _hostler_v1_ScaleSignalView__Output } from './hostler/v1/ScaleSignalView.ts';
import type { Taint as _hostler_v1_Taint, Taint__Output as _hostler_v1_Taint__Output } from './hostler/v1/Taint.ts';
import type { ThawReply as _hostler_v1_ThawReply, ThawReply__Output as _hostler_v1_ThawReply__Output } from './hostler/v1/ThawReply.ts';
import type { ThawRequest as _hostler_v1_ThawRequest, ThawRequest__Output as _hostler_v1_ThawRequest__Output } from './hostler/v1/ThawRequest.ts';
import type { TokenView as _hostler_v1_TokenView, TokenView__Output as _hostler_v1_TokenView__Output } from './hostler/v1/TokenView.ts';
import type { TrafficView as _hostler_v1_TrafficView, TrafficView__Output as _hostler_v1_TrafficView__Output } from './hostler/v1/TrafficView.ts';
import type { TuneCall as _hostler_v1_TuneCall, TuneCall__Output as _hostler_v1_TuneCall__Output } from './hostler/v1/TuneCall.ts';
import type { TuneReply as _hostler_v1_TuneReply, TuneReply__Output as _hostler_v1_TuneReply__Output } from './hostler/v1/TuneReply.ts';
import type { TuningProfile as _hostler_v1_TuningProfile, TuningProfile__Output as _hostler_v1_TuningProfile__Output } from './hostler/v1/TuningProfile.ts';
import type { TuningSetting as _hostler_v1_TuningSetting, TuningSetting__Output as _hostler_v1_TuningSetting__Output } from './hostler/v1/TuningSetting.ts';
import type { TuningStatus as _hostler_v1_TuningStatus, TuningStatus__Output as _hostler_v1_TuningStatus__Output } from './hostler/v1/TuningStatus.ts';
import type { Unplaced as _hostler_v1_Unplaced, Unplaced__Output as _hostler_v1_Unplaced__Output } from './hostler/v1/Unplaced.ts';
import type { VersionReply as _hostler_v1_VersionReply, VersionReply__Output as _hostler_v1_VersionReply__Output } from './hostler/v1/VersionReply.ts';
import type { VersionRequest as _hostler_v1_VersionRequest, VersionRequest__Output as _hostler_v1_VersionRequest__Output } from './hostler/v1/VersionRequest.ts';
import type { WarmProbe as _hostler_v1_WarmProbe, WarmProbe__Output as _hostler_v1_WarmProbe__Output } from './hostler/v1/WarmProbe.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  hostler: {
    v1: {
      Adjustment: MessageTypeDefinition<_hostler_v1_Adjustment, _hostler_v1_Adjustment__Output>
      ApplyReply: MessageTypeDefinition<_hostler_v1_ApplyReply, _hostler_v1_ApplyReply__Output>
      ApplyRequest: MessageTypeDefinition<_hostler_v1_ApplyRequest, _hostler_v1_ApplyRequest__Output>
      AutoscaleView: MessageTypeDefinition<_hostler_v1_AutoscaleView, _hostler_v1_AutoscaleView__Output>
      CanaryView: MessageTypeDefinition<_hostler_v1_CanaryView, _hostler_v1_CanaryView__Output>
      Control: SubtypeConstructor<typeof grpc.Client, _hostler_v1_ControlClient> & { service: _hostler_v1_ControlDefinition }
      CreateKeyReply: MessageTypeDefinition<_hostler_v1_CreateKeyReply, _hostler_v1_CreateKeyReply__Output>
      CreateKeyRequest: MessageTypeDefinition<_hostler_v1_CreateKeyRequest, _hostler_v1_CreateKeyRequest__Output>
      CreateTokenReply: MessageTypeDefinition<_hostler_v1_CreateTokenReply, _hostler_v1_CreateTokenReply__Output>
      CreateTokenRequest: MessageTypeDefinition<_hostler_v1_CreateTokenRequest, _hostler_v1_CreateTokenRequest__Output>
      DeleteReply: MessageTypeDefinition<_hostler_v1_DeleteReply, _hostler_v1_DeleteReply__Output>
      DeleteRequest: MessageTypeDefinition<_hostler_v1_DeleteRequest, _hostler_v1_DeleteRequest__Output>
      DeploymentView: MessageTypeDefinition<_hostler_v1_DeploymentView, _hostler_v1_DeploymentView__Output>
      DiagnoseCall: MessageTypeDefinition<_hostler_v1_DiagnoseCall, _hostler_v1_DiagnoseCall__Output>
      DiagnoseProgress: MessageTypeDefinition<_hostler_v1_DiagnoseProgress, _hostler_v1_DiagnoseProgress__Output>
      DiagnoseReply: MessageTypeDefinition<_hostler_v1_DiagnoseReply, _hostler_v1_DiagnoseReply__Output>
      Disk: MessageTypeDefinition<_hostler_v1_Disk, _hostler_v1_Disk__Output>
      Empty: MessageTypeDefinition<_hostler_v1_Empty, _hostler_v1_Empty__Output>
      Event: MessageTypeDefinition<_hostler_v1_Event, _hostler_v1_Event__Output>
      EventsRequest: MessageTypeDefinition<_hostler_v1_EventsRequest, _hostler_v1_EventsRequest__Output>
      FieldChange: MessageTypeDefinition<_hostler_v1_FieldChange, _hostler_v1_FieldChange__Output>
      Finding: MessageTypeDefinition<_hostler_v1_Finding, _hostler_v1_Finding__Output>
      FleetRequest: MessageTypeDefinition<_hostler_v1_FleetRequest, _hostler_v1_FleetRequest__Output>
      FleetView: MessageTypeDefinition<_hostler_v1_FleetView, _hostler_v1_FleetView__Output>
      GangView: MessageTypeDefinition<_hostler_v1_GangView, _hostler_v1_GangView__Output>
      GatewayView: MessageTypeDefinition<_hostler_v1_GatewayView, _hostler_v1_GatewayView__Output>
      Gpu: MessageTypeDefinition<_hostler_v1_Gpu, _hostler_v1_Gpu__Output>
      GpuHolder: MessageTypeDefinition<_hostler_v1_GpuHolder, _hostler_v1_GpuHolder__Output>
      GpuLink: MessageTypeDefinition<_hostler_v1_GpuLink, _hostler_v1_GpuLink__Output>
      GpuModel: MessageTypeDefinition<_hostler_v1_GpuModel, _hostler_v1_GpuModel__Output>
      GpuProcess: MessageTypeDefinition<_hostler_v1_GpuProcess, _hostler_v1_GpuProcess__Output>
      GpuUsage: MessageTypeDefinition<_hostler_v1_GpuUsage, _hostler_v1_GpuUsage__Output>
      HostActionReply: MessageTypeDefinition<_hostler_v1_HostActionReply, _hostler_v1_HostActionReply__Output>
      HostActionRequest: MessageTypeDefinition<_hostler_v1_HostActionRequest, _hostler_v1_HostActionRequest__Output>
      HostActionResult: MessageTypeDefinition<_hostler_v1_HostActionResult, _hostler_v1_HostActionResult__Output>
      HostDrain: MessageTypeDefinition<_hostler_v1_HostDrain, _hostler_v1_HostDrain__Output>
      HostMetrics: MessageTypeDefinition<_hostler_v1_HostMetrics, _hostler_v1_HostMetrics__Output>
      HostReason: MessageTypeDefinition<_hostler_v1_HostReason, _hostler_v1_HostReason__Output>
      HostSpec: MessageTypeDefinition<_hostler_v1_HostSpec, _hostler_v1_HostSpec__Output>
      HostSummary: MessageTypeDefinition<_hostler_v1_HostSummary, _hostler_v1_HostSummary__Output>
      HostUsage: MessageTypeDefinition<_hostler_v1_HostUsage, _hostler_v1_HostUsage__Output>
      HostView: MessageTypeDefinition<_hostler_v1_HostView, _hostler_v1_HostView__Output>
      Inventory: MessageTypeDefinition<_hostler_v1_Inventory, _hostler_v1_Inventory__Output>
      KeyView: MessageTypeDefinition<_hostler_v1_KeyView, _hostler_v1_KeyView__Output>
      LeavingReplica: MessageTypeDefinition<_hostler_v1_LeavingReplica, _hostler_v1_LeavingReplica__Output>
      ListKeysReply: MessageTypeDefinition<_hostler_v1_ListKeysReply, _hostler_v1_ListKeysReply__Output>
      ListRequest: MessageTypeDefinition<_hostler_v1_ListRequest, _hostler_v1_ListRequest__Output>
      ListResourcesReply: MessageTypeDefinition<_hostler_v1_ListResourcesReply, _hostler_v1_ListResourcesReply__Output>
      ListTokensReply: MessageTypeDefinition<_hostler_v1_ListTokensReply, _hostler_v1_ListTokensReply__Output>
      LogsChunk: MessageTypeDefinition<_hostler_v1_LogsChunk, _hostler_v1_LogsChunk__Output>
      LogsRequest: MessageTypeDefinition<_hostler_v1_LogsRequest, _hostler_v1_LogsRequest__Output>
      MemberView: MessageTypeDefinition<_hostler_v1_MemberView, _hostler_v1_MemberView__Output>
      MetricFrame: MessageTypeDefinition<_hostler_v1_MetricFrame, _hostler_v1_MetricFrame__Output>
      MetricSeries: MessageTypeDefinition<_hostler_v1_MetricSeries, _hostler_v1_MetricSeries__Output>
      MetricsReply: MessageTypeDefinition<_hostler_v1_MetricsReply, _hostler_v1_MetricsReply__Output>
      MetricsRequest: MessageTypeDefinition<_hostler_v1_MetricsRequest, _hostler_v1_MetricsRequest__Output>
      ModelFilesystem: MessageTypeDefinition<_hostler_v1_ModelFilesystem, _hostler_v1_ModelFilesystem__Output>
      NameRequest: MessageTypeDefinition<_hostler_v1_NameRequest, _hostler_v1_NameRequest__Output>
      Nic: MessageTypeDefinition<_hostler_v1_Nic, _hostler_v1_Nic__Output>
      PlanReply: MessageTypeDefinition<_hostler_v1_PlanReply, _hostler_v1_PlanReply__Output>
      PlanRequest: MessageTypeDefinition<_hostler_v1_PlanRequest, _hostler_v1_PlanRequest__Output>
      PlannedDeployment: MessageTypeDefinition<_hostler_v1_PlannedDeployment, _hostler_v1_PlannedDeployment__Output>
      PlannedMember: MessageTypeDefinition<_hostler_v1_PlannedMember, _hostler_v1_PlannedMember__Output>
      PlannedReplica: MessageTypeDefinition<_hostler_v1_PlannedReplica, _hostler_v1_PlannedReplica__Output>
      PlannedShortage: MessageTypeDefinition<_hostler_v1_PlannedShortage, _hostler_v1_PlannedShortage__Output>
      PlannedStep: MessageTypeDefinition<_hostler_v1_PlannedStep, _hostler_v1_PlannedStep__Output>
      Probe: MessageTypeDefinition<_hostler_v1_Probe, _hostler_v1_Probe__Output>
      PruneReportsReply: MessageTypeDefinition<_hostler_v1_PruneReportsReply, _hostler_v1_PruneReportsReply__Output>
      PruneReportsRequest: MessageTypeDefinition<_hostler_v1_PruneReportsRequest, _hostler_v1_PruneReportsRequest__Output>
      RemoveHostRequest: MessageTypeDefinition<_hostler_v1_RemoveHostRequest, _hostler_v1_RemoveHostRequest__Output>
      ReplicaSpec: MessageTypeDefinition<_hostler_v1_ReplicaSpec, _hostler_v1_ReplicaSpec__Output>
      ReplicaStatus: MessageTypeDefinition<_hostler_v1_ReplicaStatus, _hostler_v1_ReplicaStatus__Output>
      ReplicaView: MessageTypeDefinition<_hostler_v1_ReplicaView, _hostler_v1_ReplicaView__Output>
      ReportReply: MessageTypeDefinition<_hostler_v1_ReportReply, _hostler_v1_ReportReply__Output>
      ReportsReply: MessageTypeDefinition<_hostler_v1_ReportsReply, _hostler_v1_ReportsReply__Output>
      ReportsRequest: MessageTypeDefinition<_hostler_v1_ReportsRequest, _hostler_v1_ReportsRequest__Output>
      ResourceApplied: MessageTypeDefinition<_hostler_v1_ResourceApplied, _hostler_v1_ResourceApplied__Output>
      ResourceName: MessageTypeDefinition<_hostler_v1_ResourceName, _hostler_v1_ResourceName__Output>
      ResourceReply: MessageTypeDefinition<_hostler_v1_ResourceReply, _hostler_v1_ResourceReply__Output>
      ResourceRequest: MessageTypeDefinition<_hostler_v1_ResourceRequest, _hostler_v1_ResourceRequest__Output>
      ResourceView: MessageTypeDefinition<_hostler_v1_ResourceView, _hostler_v1_ResourceView__Output>
      RevisionView: MessageTypeDefinition<_hostler_v1_RevisionView, _hostler_v1_RevisionView__Output>
      RolloutActionRequest: MessageTypeDefinition<_hostler_v1_RolloutActionRequest, _hostler_v1_RolloutActionRequest__Output>
      RolloutHistoryReply: MessageTypeDefinition<_hostler_v1_RolloutHistoryReply, _hostler_v1_RolloutHistoryReply__Output>
      RolloutStep: MessageTypeDefinition<_hostler_v1_RolloutStep, _hostler_v1_RolloutStep__Output>
      Runtime: MessageTypeDefinition<_hostler_v1_Runtime, _hostler_v1_Runtime__Output>
      ScaleRequest: MessageTypeDefinition<_hostler_v1_ScaleRequest, _hostler_v1_ScaleRequest__Output>
      ScaleSignalView: MessageTypeDefinition<_hostler_v1_ScaleSignalView, _hostler_v1_ScaleSignalView__Output>
      Taint: MessageTypeDefinition<_hostler_v1_Taint, _hostler_v1_Taint__Output>
      ThawReply: MessageTypeDefinition<_hostler_v1_ThawReply, _hostler_v1_ThawReply__Output>
      ThawRequest: MessageTypeDefinition<_hostler_v1_ThawRequest, _hostler_v1_ThawRequest__Output>
      TokenView: MessageTypeDefinition<_hostler_v1_TokenView, _hostler_v1_TokenView__Output>
      TrafficView: MessageTypeDefinition<_hostler_v1_TrafficView, _hostler_v1_TrafficView__Output>
      TuneCall: MessageTypeDefinition<_hostler_v1_TuneCall, _hostler_v1_TuneCall__Output>
      TuneReply: MessageTypeDefinition<_hostler_v1_TuneReply, _hostler_v1_TuneReply__Output>
      TuningProfile: MessageTypeDefinition<_hostler_v1_TuningProfile, _hostler_v1_TuningProfile__Output>
      TuningSetting: MessageTypeDefinition<_hostler_v1_TuningSetting, _hostler_v1_TuningSetting__Output>
      TuningStatus: MessageTypeDefinition<_hostler_v1_TuningStatus, _hostler_v1_TuningStatus__Output>
      Unplaced: MessageTypeDefinition<_hostler_v1_Unplaced, _hostler_v1_Unplaced__Output>
      VersionReply: MessageTypeDefinition<_hostler_v1_VersionReply, _hostler_v1_VersionReply__Output>
      VersionRequest: MessageTypeDefinition<_hostler_v1_VersionRequest, _hostler_v1_VersionRequest__Output>
      WarmProbe: MessageTypeDefinition<_hostler_v1_WarmProbe, _hostler_v1_WarmProbe__Output>
    }
  }
}

