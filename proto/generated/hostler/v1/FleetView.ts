// Original file: proto/hostler/v1/control.proto

import type { HostView as _hostler_v1_HostView, HostView__Output as _hostler_v1_HostView__Output } from '../../hostler/v1/HostView.ts';
import type { DeploymentView as _hostler_v1_DeploymentView, DeploymentView__Output as _hostler_v1_DeploymentView__Output } from '../../hostler/v1/DeploymentView.ts';
import type { ReplicaView as _hostler_v1_ReplicaView, ReplicaView__Output as _hostler_v1_ReplicaView__Output } from '../../hostler/v1/ReplicaView.ts';
import type { GatewayView as _hostler_v1_GatewayView, GatewayView__Output as _hostler_v1_GatewayView__Output } from '../../hostler/v1/GatewayView.ts';
import type { Long } from '@grpc/proto-loader';

export interface FleetView {
  'hosts'?: (_hostler_v1_HostView)[];
  'deployments'?: (_hostler_v1_DeploymentView)[];
  'replicas'?: (_hostler_v1_ReplicaView)[];
  'gateways'?: (_hostler_v1_GatewayView)[];
  'nowUnixMs'?: (number | string | Long);
  'frozenSinceUnixMs'?: (number | string | Long);
  'held'?: (string);
  'stalled'?: (string);
}

export interface FleetView__Output {
  'hosts': (_hostler_v1_HostView__Output)[];
  'deployments': (_hostler_v1_DeploymentView__Output)[];
  'replicas': (_hostler_v1_ReplicaView__Output)[];
  'gateways': (_hostler_v1_GatewayView__Output)[];
  'nowUnixMs': (number);
  'frozenSinceUnixMs': (number);
  'held': (string);
  'stalled': (string);
}
