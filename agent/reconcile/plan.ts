import type { Finding, HostSpec, ReplicaPhase, ReplicaSpec, RuntimeName } from '../../shared/fleet/replica.ts'
import { choosePort, fixedPorts, type PortRange } from '../runtime/ports.ts'
import { type PreflightFacts, preflight } from '../runtime/preflight.ts'
import type { Instance } from '../runtime/runtime.ts'
import { specHash } from '../runtime/spec-hash.ts'
import { type Claims, claimsOf, claimsOfOthers } from './claims.ts'
import { freshMemory, type ReplicaMemory } from './memory.ts'
import type { Busy, LaunchStep, Step } from './step.ts'

/** What was gathered about a replica that may have to be launched; the plan itself adds what other replicas hold. */
export type LaunchFacts = Omit<PreflightFacts, 'claims' | 'portHolders' | 'portsExhausted' | 'pullError'>

/** unknown: just started, the controller was not heard yet; lost: it was not heard for longer than the lease, or not within seconds of the start. */
export type LeaseState = 'unknown' | 'held' | 'lost'

export interface PlanInput {
  readonly hostId: string
  /** Where replicas listen. */
  readonly address: string
  /** Monotonic. */
  readonly nowMs: number
  /** undefined: none was ever received; then nothing is touched. */
  readonly spec: HostSpec | undefined
  /** As last seen; of an unreachable runtime, what was seen before. */
  readonly instances: readonly Instance[]
  /** Runtimes that do not answer, with why. */
  readonly unreachable: ReadonlyMap<RuntimeName, string>
  readonly memory: ReadonlyMap<string, ReplicaMemory>
  /** Steps that were under way at any time since the instances were looked at. */
  readonly busy: ReadonlyMap<string, Busy>
  readonly facts: ReadonlyMap<string, LaunchFacts>
  /** Port to holder, for every port that something listens on. */
  readonly portsInUse: ReadonlyMap<number, string>
  readonly portRange: PortRange
  readonly lease: LeaseState
}

/** How a replica stands; becomes its status. */
export interface View {
  readonly phase: ReplicaPhase
  readonly reason: string
  readonly message: string
  readonly findings: readonly Finding[]
  /** Monotonic; 0: nothing is waited for. */
  readonly nextAttemptMs: number
}

export interface Plan {
  readonly steps: readonly Step[]
  /** Of replicas with a step under way there is none: what was said when it began still holds. */
  readonly views: ReadonlyMap<string, View>
  /** When to plan again if nothing happens before. */
  readonly wakeInMs: number
}

interface Decision {
  readonly step?: Step | undefined
  readonly view: View
  readonly wakeAtMs?: number | undefined
}

export const resyncMs = 10_000
/** A blocked replica is looked at again so often: what blocks it is outside and may end at any time. */
export const recheckMs = 3_000

const view = (phase: ReplicaPhase, reason = '', message = '', findings: readonly Finding[] = [], nextAttemptMs = 0): View => ({
  phase,
  reason,
  message,
  findings,
  nextAttemptMs,
})

const oldestFirst = (a: Instance, b: Instance): number => a.startedUnixMs - b.startedUnixMs || (a.id < b.id ? -1 : 1)

const stopOrRemove = (replicaId: string, instance: Instance, graceMs: number): Step =>
  instance.state === 'running' ? { kind: 'stop', replicaId, instance, graceMs } : { kind: 'remove', replicaId, instance }

const careOf = (spec: ReplicaSpec, memory: ReplicaMemory, instance: Instance): Decision => {
  const { care } = memory
  const stop = (phase: View): Decision => ({
    step: { kind: 'stop', replicaId: spec.id, instance, graceMs: spec.stopGraceMs },
    view: phase,
  })
  if (memory.terminal) return stop(view('failed', memory.terminal.code, memory.terminal.message))
  if (care?.instanceId !== instance.id)
    return { step: { kind: 'adopt', replicaId: spec.id, spec, instance }, view: view(memory.readyId === instance.id ? 'ready' : 'loading') }
  const { health } = care
  if (health.kind === 'unusable')
    return { step: { kind: 'give-up', replicaId: spec.id, spec, instance }, view: view('failed', health.code, health.message) }
  if (health.kind === 'condemned') return stop(view('stopping', health.code, health.message))
  return { view: view(health.kind, health.kind === 'unhealthy' ? 'HEALTH_FAILED' : '', health.message) }
}

const pullNeeded = (spec: ReplicaSpec, memory: ReplicaMemory, facts: LaunchFacts): boolean => {
  if (spec.runtime !== 'docker' || spec.pull === 'never') return false
  return facts.artifact === 'absent' || (spec.pull === 'always' && !memory.pull.done)
}

const preventsPull = new Set(['RUNTIME_UNAVAILABLE', 'DISK_FULL'])

/** What keeps a replica from being launched. One that only waits for its predecessor to leave the GPU is not refused, it is next. */
const blocked = (input: PlanInput, findings: readonly Finding[], nextAttemptMs = 0): Decision | undefined => {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (!first) return undefined
  const phase = errors.every(({ code }) => code === 'GPU_HELD') ? 'pending' : 'blocked'
  const wakeAtMs = Math.min(input.nowMs + recheckMs, nextAttemptMs || Number.POSITIVE_INFINITY)
  return { view: view(phase, first.code, `${first.message} ${first.remedy}.`, findings, nextAttemptMs), wakeAtMs }
}

const launchStep = (input: PlanInput, spec: ReplicaSpec, hash: string, port: number): LaunchStep => ({
  kind: 'launch',
  replicaId: spec.id,
  spec,
  identity: {
    hostId: input.hostId,
    deployment: spec.deployment,
    revision: spec.revision,
    replicaId: spec.id,
    generation: input.spec?.generation ?? 0,
    address: input.address,
    port,
    specHash: hash,
    gpuUuids: spec.gpuUuids,
    stopGraceMs: spec.stopGraceMs,
  },
})

const portHolder = (input: PlanInput, promised: ReadonlyMap<number, string>, port: number): string => {
  const replicaId = promised.get(port)
  return replicaId === undefined ? (input.portsInUse.get(port) ?? '') : `replica ${replicaId}`
}

/** No instance of the replica runs: what stands between it and its launch, or the launch. */
const planLaunch = (
  input: PlanInput,
  spec: ReplicaSpec,
  memory: ReplicaMemory,
  claims: Claims,
  leftover: Instance | undefined,
): Decision => {
  if (memory.terminal) return { view: view('failed', memory.terminal.code, memory.terminal.message) }
  const failure = memory.lastFailure
  // Its peers of that start have ended, or will; they are started anew together, or not at all.
  if (spec.restart === 'never' && memory.launches > 0)
    return {
      view: view(
        'failed',
        failure?.code ?? 'EXITED',
        failure?.message ?? 'It ran once, and a member of a gang is not started alone a second time.',
      ),
    }
  if (spec.onPartition === 'stop' && input.lease !== 'held')
    return {
      view: view(
        'pending',
        'CONTROLLER_UNREACHABLE',
        'It may run only while the controller is heard (onPartition: stop); it starts when the controller is back.',
      ),
    }
  if (input.nowMs < memory.nextAttemptMs)
    return { view: view('backoff', failure?.code, failure?.message, [], memory.nextAttemptMs), wakeAtMs: memory.nextAttemptMs }
  const facts = input.facts.get(spec.id)
  if (!facts) return { view: view('pending'), wakeAtMs: input.nowMs + recheckMs }
  const promised = claimsOfOthers(claims.ports, spec.id)
  const portTaken = (port: number): boolean => input.portsInUse.has(port) || promised.has(port)
  const port = spec.port || choosePort(input.portRange, portTaken, memory.port || undefined, `${input.hostId}/${spec.id}`)
  const wantsPull = pullNeeded(spec, memory, facts)
  const findings = preflight(spec, {
    ...facts,
    pullError: wantsPull ? memory.pull.error : '',
    claims: claimsOfOthers(claims.gpus, spec.id),
    portHolders: fixedPorts(spec).flatMap((fixed) =>
      portTaken(fixed) ? [{ port: fixed, holder: portHolder(input, promised, fixed) }] : [],
    ),
    portsExhausted: port === undefined,
  })
  if (wantsPull) {
    const hindrance = blocked(
      input,
      findings.filter(({ code }) => preventsPull.has(code)),
    )
    if (hindrance) return hindrance
    if (input.nowMs >= memory.pull.nextAttemptMs)
      return { step: { kind: 'pull', replicaId: spec.id, spec }, view: view('pulling', '', `Pulling ${spec.image}`, findings) }
  }
  const hindrance = blocked(input, findings, wantsPull ? memory.pull.nextAttemptMs : 0)
  if (hindrance) return hindrance
  if (port === undefined) return { view: view('blocked', 'PORT_TAKEN'), wakeAtMs: input.nowMs + recheckMs }
  for (const uuid of spec.gpuUuids) claims.gpus.set(uuid, spec.id)
  claims.ports.set(port, spec.id)
  const starting = view('starting', '', '', findings)
  if (leftover) return { step: { kind: 'remove', replicaId: spec.id, instance: leftover }, view: starting }
  return { step: launchStep(input, spec, specHash(spec), port), view: starting }
}

const planReplica = (input: PlanInput, spec: ReplicaSpec, own: readonly Instance[], claims: Claims): Decision => {
  const hash = specHash(spec)
  const remembered = input.memory.get(spec.id)
  const memory = remembered?.specHash === hash ? remembered : freshMemory(hash)
  const away =
    input.unreachable.get(spec.runtime) ?? own.map(({ runtime }) => input.unreachable.get(runtime)).find((why) => why !== undefined)
  if (away !== undefined) {
    const { care } = memory
    // The engine may well live on without its runtime's daemon; its health path says so.
    if (care && (care.health.kind === 'ready' || care.health.kind === 'unhealthy'))
      return { view: view(care.health.kind, '', away), wakeAtMs: input.nowMs + recheckMs }
    return { view: view('blocked', 'RUNTIME_UNAVAILABLE', away), wakeAtMs: input.nowMs + recheckMs }
  }
  const current = own.filter((instance) => instance.identity.specHash === hash && instance.runtime === spec.runtime)
  const [stale] = own.filter((instance) => !current.includes(instance))
  if (stale)
    return {
      step: stopOrRemove(spec.id, stale, stale.identity.stopGraceMs),
      view: view('stopping', '', 'Its content has changed; the former engine is stopped first.'),
    }
  const [running, surplus] = current.filter(({ state }) => state === 'running').toSorted(oldestFirst)
  if (surplus)
    return {
      step: stopOrRemove(spec.id, surplus, spec.stopGraceMs),
      view: view('stopping', '', 'A second engine of this replica is stopped.'),
    }
  if (running) {
    if (spec.onPartition === 'stop' && input.lease === 'lost')
      return {
        step: stopOrRemove(spec.id, running, spec.stopGraceMs),
        view: view('stopping', 'CONTROLLER_UNREACHABLE', 'The controller was not heard for longer than the lease (onPartition: stop).'),
      }
    return careOf(spec, memory, running)
  }
  const created = current.find(({ state }) => state === 'created')
  if (created) return { step: { kind: 'remove', replicaId: spec.id, instance: created }, view: view('starting') }
  const [ended] = current.toSorted(oldestFirst).toReversed()
  const endedId = ended?.id ?? memory.care?.instanceId ?? ''
  if (endedId !== '' && memory.recordedId !== endedId) {
    const kept = memory.terminal
    return {
      step: { kind: 'record-exit', replicaId: spec.id, spec, instanceId: endedId, instance: ended },
      view: kept ? view('failed', kept.code, kept.message) : view(spec.restart === 'never' ? 'stopping' : 'backoff', 'EXITED'),
    }
  }
  return planLaunch(input, spec, memory, claims, ended)
}

const planOrphan = (replicaId: string, own: readonly Instance[], unreachable: PlanInput['unreachable']): Decision => {
  const reachable = own.find(({ runtime }) => !unreachable.has(runtime))
  if (!reachable) return { view: view('stopping', 'RUNTIME_UNAVAILABLE', [...unreachable.values()].join('; ')) }
  return { step: stopOrRemove(replicaId, reachable, reachable.identity.stopGraceMs), view: view('stopping') }
}

/**
 * The next steps that bring this host towards its spec, at most one per replica. Pure. Of instances that carry another host's
 * id, no step is ever made; a launch appears only when no other instance and no process holds any of its GPUs.
 */
export const plan = (input: PlanInput): Plan => {
  const views = new Map<string, View>()
  const steps: Step[] = []
  let wakeAtMs = input.nowMs + resyncMs
  if (!input.spec) return { steps, views, wakeInMs: resyncMs }
  const instances = input.instances.filter(({ identity }) => identity.hostId === input.hostId)
  const byReplica = Map.groupBy(instances, ({ identity }) => identity.replicaId)
  const claims = claimsOf(input.spec.replicas, instances, input.busy, input.memory)
  const settle = (replicaId: string, decide: () => Decision): void => {
    if (input.busy.has(replicaId)) return
    const decision = decide()
    if (decision.step) steps.push(decision.step)
    views.set(replicaId, decision.view)
    wakeAtMs = Math.min(wakeAtMs, decision.wakeAtMs ?? Number.POSITIVE_INFINITY)
  }
  const wanted = new Set(input.spec.replicas.map(({ id }) => id))
  for (const [replicaId, own] of byReplica)
    if (!wanted.has(replicaId)) settle(replicaId, () => planOrphan(replicaId, own, input.unreachable))
  for (const spec of input.spec.replicas) settle(spec.id, () => planReplica(input, spec, byReplica.get(spec.id) ?? [], claims))
  return { steps, views, wakeInMs: Math.max(0, wakeAtMs - input.nowMs) }
}
