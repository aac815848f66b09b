/** Messages of the Control service in, plain objects out. Words this version does not know are passed on, not refused. */
import type { AutoscaleView__Output } from '../../../proto/generated/hostler/v1/AutoscaleView.ts'
import type { DeploymentView__Output } from '../../../proto/generated/hostler/v1/DeploymentView.ts'
import type { FleetView__Output } from '../../../proto/generated/hostler/v1/FleetView.ts'
import type { HostSummary__Output } from '../../../proto/generated/hostler/v1/HostSummary.ts'
import type { HostView__Output } from '../../../proto/generated/hostler/v1/HostView.ts'
import type { KeyView__Output } from '../../../proto/generated/hostler/v1/KeyView.ts'
import type { ReplicaView__Output } from '../../../proto/generated/hostler/v1/ReplicaView.ts'
import type { RevisionView__Output } from '../../../proto/generated/hostler/v1/RevisionView.ts'
import type { TrafficView__Output } from '../../../proto/generated/hostler/v1/TrafficView.ts'
import { inventoryFromWire, usageFromWire } from '../../../shared/rpc/codec/inventory.ts'
import type { HostSummary } from '../../domain/hosts/summary.ts'
import type { ApiKey } from '../view/access.ts'
import type { Autoscale, Deployment, Traffic } from '../view/deployment.ts'
import type { Fleet, Host, Replica, RevisionEntry } from '../view/fleet.ts'

const byName = new Intl.Collator('en', { numeric: true }).compare

/** The spec travels as text, so that a controller of another version can send fields that this one does not know. */
const specOf = (json: string): unknown => {
  try {
    return json === '' ? null : JSON.parse(json)
  } catch {
    return null
  }
}

const summaryFromWire = ({ gpusHeld: _, memoryMib, ...summary }: HostSummary__Output): HostSummary => ({ ...summary, memoryMiB: memoryMib })

const hostFromWire = (wire: HostView__Output): Host => ({
  name: wire.name,
  id: wire.id,
  address: wire.address,
  state: wire.state,
  cordoned: wire.cordoned,
  taints: wire.taints.map(({ key, value, effect }) => ({ key, value, effect })),
  ...(wire.drain ? { drain: wire.drain } : {}),
  lastSeenMsAgo: wire.lastSeenMsAgo,
  agentVersion: wire.agentVersion,
  labels: wire.labels,
  groups: wire.groups,
  profile: wire.profile,
  profileFrom: wire.profileFrom,
  profileProblem: wire.profileProblem,
  specGeneration: wire.specGeneration,
  ackedGeneration: wire.ackedGeneration,
  gpusHeld: wire.summary?.gpusHeld ?? wire.holders.length,
  gpuHolders: wire.holders.map(({ gpuUuid, replicaId }) => ({ gpuUuid, replicaId })),
  ...(wire.inventory ? { inventory: inventoryFromWire(wire.inventory) } : {}),
  ...(wire.usage ? { usage: usageFromWire(wire.usage) } : {}),
  ...(wire.tuning ? { tuning: wire.tuning } : {}),
  ...(wire.summary ? { summary: summaryFromWire(wire.summary) } : {}),
})

const trafficFromWire = (wire: TrafficView__Output): Traffic => ({
  spanMs: wire.spanMs,
  requests: wire.requests,
  errors: wire.errors,
  refused: wire.refused,
  waiting: wire.waiting,
  inFlight: wire.inFlight,
  ...(wire.ttftP50Ms === undefined ? {} : { ttftP50Ms: wire.ttftP50Ms }),
  ...(wire.ttftP99Ms === undefined ? {} : { ttftP99Ms: wire.ttftP99Ms }),
  ...(wire.tokensPerSecond === undefined ? {} : { tokensPerSecond: wire.tokensPerSecond }),
})

const autoscaleFromWire = (wire: AutoscaleView__Output): Autoscale => ({
  min: wire.min,
  max: wire.max,
  schedule: wire.schedule,
  ...(wire.wish === undefined ? {} : { wish: wire.wish }),
  limit: wire.limit,
  signals: wire.signals.map(({ name, value, target, asks, enough, missing }) => ({
    name,
    value,
    target,
    asks,
    ...(enough === undefined ? {} : { enough }),
    missing,
  })),
})

const deploymentFromWire = (wire: DeploymentView__Output): Deployment => ({
  name: wire.name,
  state: wire.state,
  message: wire.message,
  revision: wire.revision,
  version: wire.version,
  ...(wire.canary ? { canary: wire.canary } : {}),
  replicasWanted: wire.replicasWanted,
  replicasReady: wire.replicasReady,
  replicasUpdated: wire.replicasUpdated,
  models: wire.models,
  createdUnixMs: wire.createdUnixMs,
  steps: wire.steps.map(({ name, state, progress, waitsFor }) => ({ name, state, progress, waitsFor })),
  unplaced: wire.unplaced.map(({ count, hosts, suggestion }) => ({ count, hosts, suggestion })),
  ...(wire.autoscale ? { autoscale: autoscaleFromWire(wire.autoscale) } : {}),
  ...(wire.traffic ? { traffic: trafficFromWire(wire.traffic) } : {}),
  spec: specOf(wire.specJson),
})

const replicaFromWire = (wire: ReplicaView__Output): Replica => {
  const { status } = wire
  return {
    id: wire.id,
    deployment: wire.deployment,
    revision: wire.revision,
    hostId: wire.hostId,
    host: wire.hostName,
    intent: wire.intent,
    routed: wire.routed,
    outstandingRequests: wire.outstanding,
    phase: status?.phase || 'pending',
    phaseSinceUnixMs: status?.sinceUnixMs || wire.createdUnixMs,
    reason: status?.reason ?? '',
    message: status?.message ?? '',
    endpoint: status?.endpoint ?? '',
    restarts: status?.restarts ?? 0,
    ...(status?.exitCode === undefined ? {} : { exitCode: status.exitCode }),
    oomKilled: status?.oomKilled ?? false,
    progressPercent: status?.progressPercent ?? 0,
    nextAttemptUnixMs: status?.nextAttemptUnixMs ?? 0,
    gpuUuids: wire.gpuUuids,
    createdUnixMs: wire.createdUnixMs,
    instanceId: status?.instanceId ?? '',
    warnings: status?.warnings ?? [],
    preflight: status?.preflight ?? [],
    adjustments: status?.adjustments ?? [],
    lastLogLines: status?.lastLogLines ?? [],
    workers: wire.workers.map(({ id, rank, hostId, hostName, gpuUuids, status: said }) => ({
      id,
      rank,
      hostId,
      host: hostName,
      phase: said?.phase || 'pending',
      reason: said?.reason ?? '',
      message: said?.message ?? '',
      gpuUuids,
      lastLogLines: said?.lastLogLines ?? [],
    })),
    ...(wire.gang ? { gang: wire.gang } : {}),
  }
}

/** Everything in an order that people can find things in. */
export const fleetFromWire = (wire: FleetView__Output): Fleet => ({
  hosts: wire.hosts.map(hostFromWire).toSorted((a, b) => byName(a.name, b.name)),
  deployments: wire.deployments.map(deploymentFromWire).toSorted((a, b) => byName(a.name, b.name)),
  replicas: wire.replicas.map(replicaFromWire).toSorted((a, b) => byName(a.deployment, b.deployment) || byName(a.id, b.id)),
  gateways: wire.gateways
    .map(({ name, id, address, connected, snapshotVersion }) => ({ name, id, address, connected, snapshotVersion }))
    .toSorted((a, b) => byName(a.name, b.name)),
  nowUnixMs: wire.nowUnixMs,
  frozenSinceUnixMs: wire.frozenSinceUnixMs,
  held: wire.held,
  stalled: wire.stalled,
})

export const revisionFromWire = (wire: RevisionView__Output): RevisionEntry => ({
  revision: wire.number,
  state: wire.state,
  createdUnixMs: wire.createdUnixMs,
  author: wire.author,
  message: wire.message,
  spec: specOf(wire.specJson),
})

export const keyFromWire = ({
  id,
  tenant,
  prefix,
  models,
  requestsPerSecond,
  burst,
  tokensPerMinute,
  priority,
  createdUnixMs,
  expiresUnixMs,
}: KeyView__Output): ApiKey => ({
  id,
  tenant,
  prefix,
  models,
  requestsPerSecond,
  burst,
  tokensPerMinute,
  priority,
  createdUnixMs,
  expiresUnixMs,
})
