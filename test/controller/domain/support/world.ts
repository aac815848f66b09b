/**
 * A small deterministic world around the planner: agents that start and stop replicas and may be cut off, gateways that lag behind and hold
 * requests, a controller that may restart. Nothing random happens in here; faults come in as operations.
 */
import { applyChanges } from '../../../../controller/domain/fleet/apply.ts'
import { planFleet } from '../../../../controller/domain/fleet/plan.ts'
import type { Taint } from '../../../../controller/domain/hosts/taints.ts'
import { routesOf } from '../../../../controller/domain/membership.ts'
import type { Assignment, FleetPlan, FleetState, GatewayView, HostPresence, HostView } from '../../../../controller/domain/model.ts'
import { canaryFor } from '../../../../controller/domain/rollout/canary.ts'
import type { CanaryFigures } from '../../../../controller/domain/rollout/trial.ts'
import type { DeploymentSpec } from '../../../../controller/domain/spec/schema.ts'
import type { Route } from '../../../../shared/fleet/membership.ts'
import type { ReplicaPhase, ReplicaStatus } from '../../../../shared/fleet/replica.ts'
import { deployment, fleet, host, revision, settings, specOf, status } from './fleet.ts'

export const leaseMs = 10_000
export const graceMs = 20_000
const tickMs = 1_000
const bootMs = 3_000
const stopMs = 2_000

/** How replicas of a revision behave; written into the spec's environment. */
export type Behaviour = 'good' | 'stuck' | 'crash' | 'warm-fails' | 'failed' | 'blocked'

interface Running {
  readonly id: string
  readonly deployment: string
  readonly revision: number
  readonly gpuUuids: readonly string[]
  behaviour: Behaviour
  phase: ReplicaPhase
  sinceMs: number
  restarts: number
}

export interface Agent {
  readonly id: string
  readonly name: string
  reachable: boolean
  /** The assignments in the last spec that reached it. */
  spec: readonly Assignment[]
  readonly running: Map<string, Running>
  lastHeardMs: number | undefined
  synced: boolean
  reported: ReadonlyMap<string, ReplicaStatus>
}

interface Gateway {
  readonly id: string
  connected: boolean
  /** Nobody asks anything of it. */
  idle: boolean
  /** Ticks until it applies what was published. */
  lag: number
  applied: { version: number; routes: readonly Route[] }
  readonly outstanding: Map<string, number>
}

export interface WorldShape {
  readonly gpusOfHosts: readonly number[]
  readonly gateways: number
}

export type Trial = 'good' | 'failing' | 'slow' | 'idle'

/** Traffic over the time since a canary began to serve. */
export const figuresOf = (trial: Trial, spanMs: number): CanaryFigures => {
  const requests = trial === 'idle' ? 0 : 1_000
  const stable = { requests, errors: 2, retried: 0, ttftMs: 300, spanMs }
  return { stable, canary: { ...stable, errors: trial === 'failing' ? 100 : 2, ttftMs: trial === 'slow' ? 900 : 300 } }
}

export class World {
  nowMs = 1_000_000
  state: FleetState
  readonly agents: readonly Agent[]
  readonly gateways: readonly Gateway[]
  /** How canaries fare, by deployment; good unless said otherwise. */
  readonly trials = new Map<string, Trial>()
  readonly #hosts: ReadonlyMap<string, HostView>
  #startedMs = this.nowMs
  #version = 0
  #content = ''
  #routes: readonly Route[] = []

  constructor({ gpusOfHosts, gateways }: WorldShape) {
    const hosts = gpusOfHosts.map((count, index) => host(`h${index}`, count))
    this.#hosts = new Map(hosts.map((one) => [one.record.id, one]))
    this.agents = hosts.map(({ record }) => ({
      id: record.id,
      name: record.name,
      reachable: true,
      spec: [],
      running: new Map(),
      lastHeardMs: undefined,
      synced: false,
      reported: new Map(),
    }))
    this.gateways = Array.from({ length: gateways }, (_, index) => ({
      id: `gw${index}`,
      connected: true,
      idle: false,
      lag: 0,
      applied: { version: 0, routes: [] },
      outstanding: new Map(),
    }))
    this.state = fleet({ hosts })
    this.#see()
  }

  /** A user deploys a new revision, the first of which creates the deployment. */
  deploy(name: string, behaviour: Behaviour, replicas: number, changes: Parameters<typeof specOf>[0] = {}): void {
    const existing = this.state.deployments.get(name)
    if (existing?.deleting) return
    const spec = specOf({ name, model: { name, path: '/m' }, replicas, env: { MODE: behaviour }, ...changes })
    const number = (this.state.revisions.get(name)?.at(-1)?.number ?? 0) + 1
    const next = existing ?? deployment(name, { createdUnixMs: this.nowMs })
    this.state = applyChanges(this.state, [
      { kind: 'putRevision', revision: revision(number, spec) },
      {
        kind: 'putDeployment',
        deployment: {
          ...next,
          targetRevision: number,
          replicas,
          rolloutStartedUnixMs: this.nowMs,
          canary: canaryFor(existing, spec, this.nowMs),
        },
      },
    ])
  }

  /** As a person would say it; undefined: nothing, for there is no canary. */
  endCanary(name: string, how: 'promote' | 'abort'): void {
    const existing = this.state.deployments.get(name)
    if (existing?.canary === undefined || existing.deleting) return
    const { canary, ...rest } = existing
    const targetRevision = how === 'promote' ? existing.targetRevision : canary.stableRevision
    const deployment = { ...rest, targetRevision, rolloutStartedUnixMs: this.nowMs }
    this.state = applyChanges(this.state, [{ kind: 'putDeployment', deployment }])
  }

  change(name: string, changes: { replicas?: number; deleting?: boolean; paused?: boolean; targetRevision?: number }): void {
    const existing = this.state.deployments.get(name)
    if (existing === undefined || existing.deleting) return
    if (changes.targetRevision !== undefined && !this.state.revisions.get(name)?.some(({ number }) => number === changes.targetRevision))
      return
    const canary = changes.targetRevision === undefined ? existing.canary : undefined
    this.state = applyChanges(this.state, [{ kind: 'putDeployment', deployment: { ...existing, ...changes, canary } }])
  }

  /** An operator drains a host, or ends that. */
  drain(agent: Agent, drained: boolean): void {
    const view = this.state.hosts.get(agent.id)
    if (view === undefined) return
    const { drain: _, ...record } = view.record
    const drain = { sinceUnixMs: this.nowMs, by: 'test', force: false }
    this.state = applyChanges(this.state, [{ kind: 'putHost', host: { ...record, cordoned: drained, ...(drained ? { drain } : {}) } }])
  }

  taint(agent: Agent, taints: readonly Taint[]): void {
    const record = this.state.hosts.get(agent.id)?.record
    if (record !== undefined) this.state = applyChanges(this.state, [{ kind: 'putHost', host: { ...record, taints } }])
  }

  restartController(): void {
    this.#startedMs = this.nowMs
    this.#content = ''
    for (const agent of this.agents) {
      agent.lastHeardMs = undefined
      agent.synced = false
      agent.reported = new Map()
    }
  }

  /** The replica's process dies; its agent starts it again. */
  crash(agent: Agent, which: number): void {
    const running = [...agent.running.values()]
    const victim = running[which % Math.max(1, running.length)]
    if (victim !== undefined && victim.phase !== 'stopping')
      Object.assign(victim, { phase: 'backoff', sinceMs: this.nowMs, restarts: victim.restarts + 1 })
  }

  /** One second: agents and gateways move, the controller sees, plans, stores, publishes and sends. */
  tick(check: (before: FleetState, plan: FleetPlan, after: FleetState) => void = () => {}): FleetPlan {
    this.nowMs += tickMs
    for (const agent of this.agents) this.#runAgent(agent)
    for (const gateway of this.gateways) this.#runGateway(gateway)
    this.#see()
    const before = this.state
    const plan = planFleet(before, { nowUnixMs: this.nowMs, settings })
    this.state = applyChanges(before, plan.changes)
    check(before, plan, this.state)
    this.#publish()
    for (const agent of this.agents) {
      if (agent.reachable)
        agent.spec = [...this.state.assignments.values()].filter(
          (one) => one.hostId === agent.id && ['starting', 'serving', 'draining'].includes(one.stage),
        )
    }
    return plan
  }

  #specOf(name: string, number: number): DeploymentSpec | undefined {
    return this.state.revisions.get(name)?.find((one) => one.number === number)?.spec
  }

  #runAgent(agent: Agent): void {
    if (agent.reachable) agent.lastHeardMs = this.nowMs
    const wanted = new Map(agent.spec.map((one) => [one.id, one]))
    for (const running of agent.running.values()) {
      if (!wanted.has(running.id) && running.phase !== 'stopping') Object.assign(running, { phase: 'stopping', sinceMs: this.nowMs })
      else if (running.phase === 'stopping' && this.nowMs - running.sinceMs >= stopMs) agent.running.delete(running.id)
      else this.#advance(running)
    }
    for (const one of wanted.values()) {
      if (agent.running.has(one.id)) continue
      const taken = [...agent.running.values()].flatMap(({ gpuUuids, phase }) => (phase === 'pending' ? [] : gpuUuids))
      const isFree = one.gpuUuids.every((uuid) => !taken.includes(uuid))
      if (!isFree) continue
      const behaviour = (this.#specOf(one.deployment, one.revision)?.env.MODE ?? 'good') as Behaviour
      agent.running.set(one.id, {
        id: one.id,
        deployment: one.deployment,
        revision: one.revision,
        gpuUuids: one.gpuUuids,
        behaviour,
        phase: 'loading',
        sinceMs: this.nowMs,
        restarts: 0,
      })
    }
    if (agent.reachable) {
      const waiting = [...wanted.values()]
        .filter(({ id }) => !agent.running.has(id))
        .map(({ id, revision: number }) => status(id, 'pending', { revision: number }))
      const statuses = [...agent.running.values()].map((one) => this.#statusOf(one))
      agent.reported = new Map([...statuses, ...waiting].map((one) => [one.id, one]))
      agent.synced = true
    }
  }

  #advance(running: Running): void {
    const ageMs = this.nowMs - running.sinceMs
    const enter = (phase: ReplicaPhase, restarts = running.restarts): void =>
      void Object.assign(running, { phase, sinceMs: this.nowMs, restarts })
    if (running.phase === 'backoff' && ageMs >= bootMs) enter('loading')
    if (running.phase !== 'loading' || ageMs < bootMs) return
    if (running.behaviour === 'good') enter('ready')
    if (running.behaviour === 'crash' || running.behaviour === 'warm-fails') enter('backoff', running.restarts + 1)
    if (running.behaviour === 'failed') enter('failed')
    if (running.behaviour === 'blocked') enter('blocked')
  }

  #statusOf(running: Running): ReplicaStatus {
    const warm = running.behaviour === 'warm-fails' && running.restarts > 0
    return status(running.id, running.phase, {
      revision: running.revision,
      restarts: running.restarts,
      gpuUuids: running.gpuUuids,
      reason: warm ? 'WARM_PROBE_FAILED' : running.phase === 'backoff' ? 'EXITED' : '',
      endpoint: running.phase === 'ready' ? `${running.id}:8000` : '',
      sinceUnixMs: running.sinceMs,
    })
  }

  #runGateway(gateway: Gateway): void {
    if (gateway.lag > 0) gateway.lag -= 1
    else if (gateway.connected) gateway.applied = { version: this.#version, routes: this.#routes }
    // One request ends a tick, two begin at each endpoint that takes new ones, up to four.
    for (const [id, count] of gateway.outstanding) gateway.outstanding.set(id, Math.max(0, count - 1))
    for (const endpoint of gateway.applied.routes.flatMap(({ endpoints }) => endpoints)) {
      if (!endpoint.draining && !gateway.idle)
        gateway.outstanding.set(endpoint.replicaId, Math.min(4, (gateway.outstanding.get(endpoint.replicaId) ?? 0) + 2))
    }
  }

  #presenceOf({ lastHeardMs }: Agent): HostPresence {
    const silentMs = this.nowMs - (lastHeardMs ?? this.#startedMs)
    if (silentMs > leaseMs + graceMs) return 'lost'
    if (lastHeardMs === undefined) return 'unknown'
    return silentMs > leaseMs ? 'silent' : 'connected'
  }

  #see(): void {
    const hosts = new Map(this.state.hosts)
    for (const agent of this.agents) {
      const view = this.#hosts.get(agent.id)
      const record = hosts.get(agent.id)?.record
      if (view === undefined || record === undefined) continue
      hosts.set(agent.id, {
        ...view,
        record,
        presence: this.#presenceOf(agent),
        replicas: agent.reported,
        synced: agent.synced && agent.reachable,
      })
    }
    const gateways: readonly GatewayView[] = this.gateways.map(({ id, connected, applied, outstanding }) => ({
      id,
      connected,
      ackedVersion: applied.version,
      outstanding: new Map(outstanding),
    }))
    this.state = { ...this.state, hosts, gateways, canaries: this.#canaries() }
  }

  #canaries(): ReadonlyMap<string, CanaryFigures> {
    return new Map(
      [...this.state.deployments.values()].flatMap(({ name, canary }) => {
        if (canary === undefined || canary.servingSinceUnixMs === 0) return []
        return [[name, figuresOf(this.trials.get(name) ?? 'good', this.nowMs - canary.servingSinceUnixMs)] as const]
      }),
    )
  }

  #publish(): void {
    const routes = routesOf(this.state)
    const content = JSON.stringify(routes)
    if (content !== this.#content) {
      this.#content = content
      this.#routes = routes
      this.#version += 1
    }
    const unseen = [...this.state.assignments.values()].filter(({ stage, drainVersion }) => stage === 'draining' && drainVersion === 0)
    this.state = applyChanges(
      this.state,
      unseen.map((one) => ({ kind: 'putAssignment', assignment: { ...one, drainVersion: this.#version } })),
    )
  }
}
