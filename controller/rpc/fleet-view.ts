import type { DeploymentView } from '../../proto/generated/hostler/v1/DeploymentView.ts'
import type { FleetView } from '../../proto/generated/hostler/v1/FleetView.ts'
import type { HostSummary as WireSummary } from '../../proto/generated/hostler/v1/HostSummary.ts'
import type { HostView as WireHost } from '../../proto/generated/hostler/v1/HostView.ts'
import type { ReplicaView } from '../../proto/generated/hostler/v1/ReplicaView.ts'
import type { TrafficView } from '../../proto/generated/hostler/v1/TrafficView.ts'
import type { HostUsage } from '../../shared/fleet/usage.ts'
import { inventoryToWire, usageToWire } from '../../shared/rpc/codec/inventory.ts'
import { replicaStatusToWire } from '../../shared/rpc/codec/replica.ts'
import { tuningStatusToWire } from '../../shared/rpc/codec/tuning.ts'
import { hostState } from '../domain/fleet/host-state.ts'
import { seenOf } from '../domain/fleet/readiness.ts'
import { membersOf } from '../domain/gang/members.ts'
import { type HostSummary, summaryOf } from '../domain/hosts/summary.ts'
import { routesOf } from '../domain/membership.ts'
import type {
  Assignment,
  Deployment,
  DeploymentReport,
  FleetPlan,
  FleetState,
  HostDrain,
  HostView,
  LeavingReplica,
} from '../domain/model.ts'
import { documentOf } from '../domain/spec/document.ts'
import type { DeploymentSpec } from '../domain/spec/schema.ts'
import type { TrafficWindow } from '../domain/traffic.ts'
import type { Autoscaler } from '../usecases/autoscaler.ts'
import { versionOf } from '../usecases/edits.ts'
import type { Facts } from '../usecases/facts.ts'
import type { GatewayStatus } from '../usecases/gateway-registry.ts'
import type { HostRegistry } from '../usecases/host-registry.ts'
import type { TrafficFigures } from '../usecases/traffic.ts'
import { autoscaleView } from './autoscale-view.ts'

export interface FleetViewSources {
  readonly facts: Facts
  readonly hosts: HostRegistry
  readonly gateways: readonly GatewayStatus[]
  readonly reports: ReadonlyMap<string, DeploymentReport>
  /** Why the loop cannot write what it decides; empty: it can. */
  readonly stalled: string
  readonly traffic: TrafficFigures
  readonly drains: FleetPlan['drains']
  readonly autoscaler: Autoscaler
  readonly state: FleetState
  readonly nowUnixMs: number
  readonly nowMonotonicMs: number
}

const drainView = ({ sinceUnixMs, by, force, doneUnixMs }: HostDrain, left: readonly LeavingReplica[]) => ({
  sinceUnixMs,
  by,
  force,
  doneUnixMs: doneUnixMs ?? 0,
  left: left.map(({ id, message }) => ({ id, message })),
})

export interface FleetViewRequest {
  /** hosts, deployments, replicas; empty: all. */
  readonly kinds: readonly string[]
  /** Hosts in a few figures. */
  readonly brief: boolean
}

type Holder = NonNullable<WireHost['holders']>[number]

const holdersByHost = (assignments: Iterable<Assignment>): ReadonlyMap<string, Holder[]> => {
  const byHost = new Map<string, Holder[]>()
  for (const { id, hostId, gpuUuids } of Iterator.from(assignments).flatMap(membersOf)) {
    const holders = byHost.get(hostId) ?? []
    byHost.set(hostId, holders)
    for (const gpuUuid of gpuUuids) holders.push({ gpuUuid, replicaId: id })
  }
  return byHost
}

const summaryToWire = ({ models, memoryMiB, problems, ...summary }: HostSummary, gpusHeld: number): WireSummary => ({
  ...summary,
  gpusHeld,
  models: [...models],
  memoryMib: memoryMiB,
  problems: [...problems],
})

/** What a host is and does in full, or in a few figures. */
const detailsOf = (view: HostView, usage: HostUsage | undefined, holders: Holder[], brief: boolean): WireHost => {
  if (brief) return view.inventory ? { summary: summaryToWire(summaryOf(view.inventory, usage), holders.length) } : {}
  return {
    ...(view.inventory ? { inventory: inventoryToWire(view.inventory) } : {}),
    ...(usage ? { usage: usageToWire(usage) } : {}),
    holders,
  }
}

const hostView = (sources: FleetViewSources, view: HostView, holders: Holder[], brief: boolean): WireHost => {
  const sighting = sources.hosts.sighting(view.record.id)
  return {
    id: view.record.id,
    name: view.record.name,
    address: view.address,
    state: hostState(view),
    cordoned: view.record.cordoned,
    taints: (view.record.taints ?? []).map(({ key, value, effect }) => ({ key, value, effect })),
    ...(view.record.drain ? { drain: drainView(view.record.drain, sources.drains.get(view.record.id) ?? []) } : {}),
    lastSeenMsAgo: sighting.lastHeardMonotonicMs === undefined ? 0 : Math.round(sources.nowMonotonicMs - sighting.lastHeardMonotonicMs),
    ...detailsOf(view, sighting.usage, holders, brief),
    specGeneration: view.record.generation,
    ackedGeneration: sighting.ackedGeneration,
    agentVersion: sighting.hello?.agentVersion ?? '',
    labels: { ...view.record.labels },
    ...(view.tuning?.status ? { tuning: tuningStatusToWire(view.tuning.status) } : {}),
    profile: view.tuning?.profile ?? '',
    profileFrom: view.tuning?.from ?? '',
    profileProblem: view.tuning?.problem ?? '',
    groups: [...(view.tuning?.groups ?? [])],
  }
}

const trafficView = (window: TrafficWindow): TrafficView => {
  const { spanMs, requests, errors, refused, waiting, inFlight, tokensPerSecond } = window
  const p50 = window.ttftMs(0.5)
  const p99 = window.ttftMs(0.99)
  return {
    spanMs: Math.round(spanMs),
    requests,
    errors,
    refused,
    waiting,
    inFlight,
    ...(p50 === undefined ? {} : { ttftP50Ms: p50 }),
    ...(p99 === undefined ? {} : { ttftP99Ms: p99 }),
    ...(tokensPerSecond === undefined ? {} : { tokensPerSecond }),
  }
}

const canaryView = ({ canary, targetRevision }: Deployment, spec: DeploymentSpec | undefined): Pick<DeploymentView, 'canary'> => {
  const policy = spec?.update.canary
  if (canary === undefined || policy === undefined) return {}
  const { replicas, trafficPercent = 0, promote } = policy
  const serving = canary.servingSinceUnixMs > 0
  return { canary: { revision: targetRevision, stableRevision: canary.stableRevision, replicas, trafficPercent, promote, serving } }
}

const deploymentView = ({ facts, reports, traffic, autoscaler }: FleetViewSources, deployment: Deployment): DeploymentView => {
  const report = reports.get(deployment.name)
  const spec = facts.revisions.get(deployment.name)?.find(({ number }) => number === deployment.targetRevision)?.spec
  return {
    name: deployment.name,
    revision: deployment.targetRevision,
    replicasWanted: deployment.deleting ? 0 : deployment.replicas,
    replicasReady: report?.ready ?? 0,
    replicasUpdated: report?.updated ?? 0,
    state: report?.state ?? 'progressing',
    message: report?.message ?? '',
    models: spec ? [spec.model.name, ...spec.model.aliases] : [],
    specJson: spec ? JSON.stringify(documentOf({ ...spec, replicas: deployment.replicas })) : '',
    createdUnixMs: deployment.createdUnixMs,
    ...(spec?.autoscale && !deployment.deleting ? { autoscale: autoscaleView(spec.autoscale, autoscaler.reportOf(deployment.name)) } : {}),
    version: versionOf(deployment),
    ...canaryView(deployment, spec),
    steps: [...(report?.steps ?? [])],
    traffic: trafficView(traffic.window({ deployment: deployment.name, spanMs: 60_000 })),
    unplaced: report?.unplaced
      ? [
          {
            count: report.unplaced.count,
            suggestion: report.unplaced.suggestion,
            hosts: report.unplaced.hosts.map(({ hostName, code, message }) => ({ host: hostName, code, message })),
          },
        ]
      : [],
  }
}

const intents: Readonly<Record<Assignment['stage'], string>> = {
  starting: 'run',
  serving: 'run',
  draining: 'drain',
  stopping: 'stop',
  lost: 'stop',
}

const replicaView = (sources: FleetViewSources, assignment: Assignment, routed: ReadonlySet<string>): ReplicaView => {
  const { gang } = assignment
  const [leader, ...workers] = seenOf(assignment, sources.state).members
  const { host, status } = leader ?? {}
  const outstanding = sources.gateways.reduce((sum, gateway) => sum + (gateway.outstanding.get(assignment.id) ?? 0), 0)
  return {
    id: assignment.id,
    deployment: assignment.deployment,
    revision: assignment.revision,
    hostId: assignment.hostId,
    hostName: host?.record.name ?? assignment.hostId,
    intent: assignment.stage === 'lost' ? 'lost' : intents[assignment.stage],
    routed: routed.has(assignment.id),
    ...(status ? { status: replicaStatusToWire(status) } : {}),
    gpuUuids: [...assignment.gpuUuids],
    createdUnixMs: assignment.createdUnixMs,
    outstanding,
    workers: workers.map(({ member, host: on, status: said }) => ({
      id: member.id,
      rank: member.rank,
      hostId: member.hostId,
      hostName: on?.record.name ?? member.hostId,
      ...(said ? { status: replicaStatusToWire(said) } : {}),
      gpuUuids: [...member.gpuUuids],
    })),
    ...(gang
      ? {
          gang: {
            attempt: gang.attempt,
            crashes: gang.crashes,
            leaderAddress: gang.addresses[0] ?? '',
            leaderPort: gang.port,
            downReason: gang.down?.reason ?? '',
            nextStartUnixMs: gang.down?.nextStartUnixMs ?? 0,
          },
        }
      : {}),
  }
}

const routedIn = (state: FleetState): ReadonlySet<string> =>
  new Set(routesOf(state).flatMap(({ endpoints }) => endpoints.filter(({ draining }) => !draining).map(({ replicaId }) => replicaId)))

/** All that `hostler get` and `describe` show, in one consistent view. */
export const fleetView = (sources: FleetViewSources, { kinds, brief }: FleetViewRequest): FleetView => {
  const wants = (kind: string) => kinds.length === 0 || kinds.includes(kind)
  const holders = wants('hosts') ? holdersByHost(sources.facts.assignments.values()) : new Map<string, Holder[]>()
  const routed = wants('replicas') ? routedIn(sources.state) : new Set<string>()
  return {
    nowUnixMs: sources.nowUnixMs,
    frozenSinceUnixMs: sources.facts.brake.frozen ? sources.facts.brake.sinceUnixMs : 0,
    held: sources.facts.brake.behind?.held ? sources.facts.brake.behind.told : '',
    stalled: sources.stalled,
    hosts: wants('hosts')
      ? [...sources.state.hosts.values()].map((view) => hostView(sources, view, holders.get(view.record.id) ?? [], brief))
      : [],
    deployments: wants('deployments')
      ? [...sources.facts.deployments.values()].map((deployment) => deploymentView(sources, deployment))
      : [],
    replicas: wants('replicas')
      ? [...sources.facts.assignments.values()].map((assignment) => replicaView(sources, assignment, routed))
      : [],
    gateways: sources.gateways.map(({ id, address, connected, ackedVersion }) => ({
      id,
      address,
      connected,
      snapshotVersion: ackedVersion,
      name: sources.facts.identities.get(id)?.name ?? id,
    })),
  }
}
