import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Adjustment as _hostler_v1_Adjustment, Adjustment__Output as _hostler_v1_Adjustment__Output } from './hostler/v1/Adjustment.ts';
import type { AgentLinkClient as _hostler_v1_AgentLinkClient, AgentLinkDefinition as _hostler_v1_AgentLinkDefinition } from './hostler/v1/AgentLink.ts';
import type { AgentMessage as _hostler_v1_AgentMessage, AgentMessage__Output as _hostler_v1_AgentMessage__Output } from './hostler/v1/AgentMessage.ts';
import type { AnswerChunk as _hostler_v1_AnswerChunk, AnswerChunk__Output as _hostler_v1_AnswerChunk__Output } from './hostler/v1/AnswerChunk.ts';
import type { AnswerReceipt as _hostler_v1_AnswerReceipt, AnswerReceipt__Output as _hostler_v1_AnswerReceipt__Output } from './hostler/v1/AnswerReceipt.ts';
import type { CancelRequest as _hostler_v1_CancelRequest, CancelRequest__Output as _hostler_v1_CancelRequest__Output } from './hostler/v1/CancelRequest.ts';
import type { ControllerMessage as _hostler_v1_ControllerMessage, ControllerMessage__Output as _hostler_v1_ControllerMessage__Output } from './hostler/v1/ControllerMessage.ts';
import type { DiagnoseRequest as _hostler_v1_DiagnoseRequest, DiagnoseRequest__Output as _hostler_v1_DiagnoseRequest__Output } from './hostler/v1/DiagnoseRequest.ts';
import type { Disk as _hostler_v1_Disk, Disk__Output as _hostler_v1_Disk__Output } from './hostler/v1/Disk.ts';
import type { Finding as _hostler_v1_Finding, Finding__Output as _hostler_v1_Finding__Output } from './hostler/v1/Finding.ts';
import type { Gpu as _hostler_v1_Gpu, Gpu__Output as _hostler_v1_Gpu__Output } from './hostler/v1/Gpu.ts';
import type { GpuLink as _hostler_v1_GpuLink, GpuLink__Output as _hostler_v1_GpuLink__Output } from './hostler/v1/GpuLink.ts';
import type { GpuProcess as _hostler_v1_GpuProcess, GpuProcess__Output as _hostler_v1_GpuProcess__Output } from './hostler/v1/GpuProcess.ts';
import type { GpuUsage as _hostler_v1_GpuUsage, GpuUsage__Output as _hostler_v1_GpuUsage__Output } from './hostler/v1/GpuUsage.ts';
import type { Heartbeat as _hostler_v1_Heartbeat, Heartbeat__Output as _hostler_v1_Heartbeat__Output } from './hostler/v1/Heartbeat.ts';
import type { Hello as _hostler_v1_Hello, Hello__Output as _hostler_v1_Hello__Output } from './hostler/v1/Hello.ts';
import type { HostReport as _hostler_v1_HostReport, HostReport__Output as _hostler_v1_HostReport__Output } from './hostler/v1/HostReport.ts';
import type { HostReportReceipt as _hostler_v1_HostReportReceipt, HostReportReceipt__Output as _hostler_v1_HostReportReceipt__Output } from './hostler/v1/HostReportReceipt.ts';
import type { HostSpec as _hostler_v1_HostSpec, HostSpec__Output as _hostler_v1_HostSpec__Output } from './hostler/v1/HostSpec.ts';
import type { HostUsage as _hostler_v1_HostUsage, HostUsage__Output as _hostler_v1_HostUsage__Output } from './hostler/v1/HostUsage.ts';
import type { Inventory as _hostler_v1_Inventory, Inventory__Output as _hostler_v1_Inventory__Output } from './hostler/v1/Inventory.ts';
import type { LogRequest as _hostler_v1_LogRequest, LogRequest__Output as _hostler_v1_LogRequest__Output } from './hostler/v1/LogRequest.ts';
import type { MetricFrame as _hostler_v1_MetricFrame, MetricFrame__Output as _hostler_v1_MetricFrame__Output } from './hostler/v1/MetricFrame.ts';
import type { MetricSeries as _hostler_v1_MetricSeries, MetricSeries__Output as _hostler_v1_MetricSeries__Output } from './hostler/v1/MetricSeries.ts';
import type { ModelFilesystem as _hostler_v1_ModelFilesystem, ModelFilesystem__Output as _hostler_v1_ModelFilesystem__Output } from './hostler/v1/ModelFilesystem.ts';
import type { Nic as _hostler_v1_Nic, Nic__Output as _hostler_v1_Nic__Output } from './hostler/v1/Nic.ts';
import type { PeerProbeRequest as _hostler_v1_PeerProbeRequest, PeerProbeRequest__Output as _hostler_v1_PeerProbeRequest__Output } from './hostler/v1/PeerProbeRequest.ts';
import type { PeerServeRequest as _hostler_v1_PeerServeRequest, PeerServeRequest__Output as _hostler_v1_PeerServeRequest__Output } from './hostler/v1/PeerServeRequest.ts';
import type { Ping as _hostler_v1_Ping, Ping__Output as _hostler_v1_Ping__Output } from './hostler/v1/Ping.ts';
import type { Probe as _hostler_v1_Probe, Probe__Output as _hostler_v1_Probe__Output } from './hostler/v1/Probe.ts';
import type { Refusal as _hostler_v1_Refusal, Refusal__Output as _hostler_v1_Refusal__Output } from './hostler/v1/Refusal.ts';
import type { ReplicaSpec as _hostler_v1_ReplicaSpec, ReplicaSpec__Output as _hostler_v1_ReplicaSpec__Output } from './hostler/v1/ReplicaSpec.ts';
import type { ReplicaStatus as _hostler_v1_ReplicaStatus, ReplicaStatus__Output as _hostler_v1_ReplicaStatus__Output } from './hostler/v1/ReplicaStatus.ts';
import type { Request as _hostler_v1_Request, Request__Output as _hostler_v1_Request__Output } from './hostler/v1/Request.ts';
import type { Runtime as _hostler_v1_Runtime, Runtime__Output as _hostler_v1_Runtime__Output } from './hostler/v1/Runtime.ts';
import type { SpecAck as _hostler_v1_SpecAck, SpecAck__Output as _hostler_v1_SpecAck__Output } from './hostler/v1/SpecAck.ts';
import type { StatusAck as _hostler_v1_StatusAck, StatusAck__Output as _hostler_v1_StatusAck__Output } from './hostler/v1/StatusAck.ts';
import type { StatusReport as _hostler_v1_StatusReport, StatusReport__Output as _hostler_v1_StatusReport__Output } from './hostler/v1/StatusReport.ts';
import type { TuneRequest as _hostler_v1_TuneRequest, TuneRequest__Output as _hostler_v1_TuneRequest__Output } from './hostler/v1/TuneRequest.ts';
import type { TuningProfile as _hostler_v1_TuningProfile, TuningProfile__Output as _hostler_v1_TuningProfile__Output } from './hostler/v1/TuningProfile.ts';
import type { TuningSetting as _hostler_v1_TuningSetting, TuningSetting__Output as _hostler_v1_TuningSetting__Output } from './hostler/v1/TuningSetting.ts';
import type { TuningStatus as _hostler_v1_TuningStatus, TuningStatus__Output as _hostler_v1_TuningStatus__Output } from './hostler/v1/TuningStatus.ts';
import type { WarmProbe as _hostler_v1_WarmProbe, WarmProbe__Output as _hostler_v1_WarmProbe__Output } from './hostler/v1/WarmProbe.ts';
import type { Welcome as _hostler_v1_Welcome, Welcome__Output as _hostler_v1_Welcome__Output } from './hostler/v1/Welcome.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  hostler: {
    v1: {
      Adjustment: MessageTypeDefinition<_hostler_v1_Adjustment, _hostler_v1_Adjustment__Output>
      AgentLink: SubtypeConstructor<typeof grpc.Client, _hostler_v1_AgentLinkClient> & { service: _hostler_v1_AgentLinkDefinition }
      AgentMessage: MessageTypeDefinition<_hostler_v1_AgentMessage, _hostler_v1_AgentMessage__Output>
      AnswerChunk: MessageTypeDefinition<_hostler_v1_AnswerChunk, _hostler_v1_AnswerChunk__Output>
      AnswerReceipt: MessageTypeDefinition<_hostler_v1_AnswerReceipt, _hostler_v1_AnswerReceipt__Output>
      CancelRequest: MessageTypeDefinition<_hostler_v1_CancelRequest, _hostler_v1_CancelRequest__Output>
      ControllerMessage: MessageTypeDefinition<_hostler_v1_ControllerMessage, _hostler_v1_ControllerMessage__Output>
      DiagnoseRequest: MessageTypeDefinition<_hostler_v1_DiagnoseRequest, _hostler_v1_DiagnoseRequest__Output>
      Disk: MessageTypeDefinition<_hostler_v1_Disk, _hostler_v1_Disk__Output>
      Finding: MessageTypeDefinition<_hostler_v1_Finding, _hostler_v1_Finding__Output>
      Gpu: MessageTypeDefinition<_hostler_v1_Gpu, _hostler_v1_Gpu__Output>
      GpuLink: MessageTypeDefinition<_hostler_v1_GpuLink, _hostler_v1_GpuLink__Output>
      GpuProcess: MessageTypeDefinition<_hostler_v1_GpuProcess, _hostler_v1_GpuProcess__Output>
      GpuUsage: MessageTypeDefinition<_hostler_v1_GpuUsage, _hostler_v1_GpuUsage__Output>
      Heartbeat: MessageTypeDefinition<_hostler_v1_Heartbeat, _hostler_v1_Heartbeat__Output>
      Hello: MessageTypeDefinition<_hostler_v1_Hello, _hostler_v1_Hello__Output>
      HostReport: MessageTypeDefinition<_hostler_v1_HostReport, _hostler_v1_HostReport__Output>
      HostReportReceipt: MessageTypeDefinition<_hostler_v1_HostReportReceipt, _hostler_v1_HostReportReceipt__Output>
      HostSpec: MessageTypeDefinition<_hostler_v1_HostSpec, _hostler_v1_HostSpec__Output>
      HostUsage: MessageTypeDefinition<_hostler_v1_HostUsage, _hostler_v1_HostUsage__Output>
      Inventory: MessageTypeDefinition<_hostler_v1_Inventory, _hostler_v1_Inventory__Output>
      LogRequest: MessageTypeDefinition<_hostler_v1_LogRequest, _hostler_v1_LogRequest__Output>
      MetricFrame: MessageTypeDefinition<_hostler_v1_MetricFrame, _hostler_v1_MetricFrame__Output>
      MetricSeries: MessageTypeDefinition<_hostler_v1_MetricSeries, _hostler_v1_MetricSeries__Output>
      ModelFilesystem: MessageTypeDefinition<_hostler_v1_ModelFilesystem, _hostler_v1_ModelFilesystem__Output>
      Nic: MessageTypeDefinition<_hostler_v1_Nic, _hostler_v1_Nic__Output>
      PeerProbeRequest: MessageTypeDefinition<_hostler_v1_PeerProbeRequest, _hostler_v1_PeerProbeRequest__Output>
      PeerServeRequest: MessageTypeDefinition<_hostler_v1_PeerServeRequest, _hostler_v1_PeerServeRequest__Output>
      Ping: MessageTypeDefinition<_hostler_v1_Ping, _hostler_v1_Ping__Output>
      Probe: MessageTypeDefinition<_hostler_v1_Probe, _hostler_v1_Probe__Output>
      Refusal: MessageTypeDefinition<_hostler_v1_Refusal, _hostler_v1_Refusal__Output>
      ReplicaSpec: MessageTypeDefinition<_hostler_v1_ReplicaSpec, _hostler_v1_ReplicaSpec__Output>
      ReplicaStatus: MessageTypeDefinition<_hostler_v1_ReplicaStatus, _hostler_v1_ReplicaStatus__Output>
      Request: MessageTypeDefinition<_hostler_v1_Request, _hostler_v1_Request__Output>
      Runtime: MessageTypeDefinition<_hostler_v1_Runtime, _hostler_v1_Runtime__Output>
      SpecAck: MessageTypeDefinition<_hostler_v1_SpecAck, _hostler_v1_SpecAck__Output>
      StatusAck: MessageTypeDefinition<_hostler_v1_StatusAck, _hostler_v1_StatusAck__Output>
      StatusReport: MessageTypeDefinition<_hostler_v1_StatusReport, _hostler_v1_StatusReport__Output>
      TuneRequest: MessageTypeDefinition<_hostler_v1_TuneRequest, _hostler_v1_TuneRequest__Output>
      TuningProfile: MessageTypeDefinition<_hostler_v1_TuningProfile, _hostler_v1_TuningProfile__Output>
      TuningSetting: MessageTypeDefinition<_hostler_v1_TuningSetting, _hostler_v1_TuningSetting__Output>
      TuningStatus: MessageTypeDefinition<_hostler_v1_TuningStatus, _hostler_v1_TuningStatus__Output>
      WarmProbe: MessageTypeDefinition<_hostler_v1_WarmProbe, _hostler_v1_WarmProbe__Output>
      Welcome: MessageTypeDefinition<_hostler_v1_Welcome, _hostler_v1_Welcome__Output>
    }
  }
}

