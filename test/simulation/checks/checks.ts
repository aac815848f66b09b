import type { ControlLoop } from '../../../controller/control-loop.ts'
import { applyChanges } from '../../../controller/domain/fleet/apply.ts'
import { memberOn, membersOf, replicaIdOf } from '../../../controller/domain/gang/members.ts'
import type { Assignment, Change, FleetState } from '../../../controller/domain/model.ts'
import type { StoreChange } from '../../../controller/store/store.ts'
import type { Engine } from '../host/engine.ts'
import type { Host, HostWatch } from '../host/host.ts'
import type { AgentNode } from '../nodes/agent.ts'
import { lease } from '../nodes/controller.ts'
import type { World } from '../world/world.ts'
import { checkDecision } from './decisions.ts'
import { checkGangStart } from './gangs.ts'
import { must } from './violation.ts'

const storeOnly = new Set(['putToken', 'putIdentity', 'putKey', 'deleteKey', 'putResource', 'deleteResource', 'putBrake'])
const isChange = (change: StoreChange): change is Change => !storeOnly.has(change.kind)

/** What must hold at every step, by what is true and not by what anybody believes. */
export class Checks implements HostWatch {
  readonly #world: World
  /** The newest generation that each host has acknowledged. */
  readonly #acked = new Map<string, number>()
  readonly #inForce = new Map<string, number>()
  /** When each replica began to drain (true time). */
  readonly #drainingSinceMs = new Map<string, number>()
  /** Which run of the controller began it. */
  readonly #drainingSinceRun = new Map<string, number>()
  readonly counts = { engines: 0, stops: 0, decisions: 0, requests: 0, failedRequests: 0 }
  /** A backup was put back: what was decided after it is forgotten by design. */
  restored = false

  constructor(world: World) {
    this.#world = world
  }

  requestEnded(ok: boolean): void {
    this.counts.requests += 1
    if (!ok) this.counts.failedRequests += 1
  }

  started(host: Host, engine: Engine): void {
    this.counts.engines += 1
    this.#world.guard(() => {
      this.#oneHolder(host, engine)
      this.#notTwice(host, engine)
      if (!this.restored) checkGangStart(this.#world.hosts, engine)
    })
  }

  ended(): void {}

  #oneHolder(host: Host, engine: Engine): void {
    for (const uuid of engine.identity.gpuUuids) {
      const other = [...host.engines.values()].find((one) => one !== engine && one.holdsGpus && one.identity.gpuUuids.includes(uuid))
      must(
        other === undefined,
        'never two holders of one GPU',
        () =>
          `${engine.id} of ${engine.identity.replicaId} starts on ${uuid}, which ${other?.id} of ${other?.identity.replicaId} (${other?.state}) holds`,
      )
    }
  }

  /** Work of `onPartition: stop` is not begun anew while the former still runs somewhere out of touch. */
  #notTwice(host: Host, engine: Engine): void {
    if (engine.spec.onPartition !== 'stop' || this.restored) return
    for (const other of this.#world.hosts) {
      if (other === host) continue
      for (const former of other.engines.values()) {
        if (former.state !== 'running' || former.spec.deployment !== engine.spec.deployment || former.spec.onPartition !== 'stop') continue
        const stage = this.#world.controller.disk.facts.assignments.get(replicaIdOf(former.identity.replicaId))?.stage
        must(
          stage !== 'lost',
          'onPartition: stop never runs twice at once',
          () =>
            `${engine.identity.replicaId} starts on ${host.name} while ${former.identity.replicaId} still runs on ${other.name}, which is lost`,
        )
      }
    }
  }

  /** An engine is told to stop by its agent: somebody must have wanted that. */
  stopAsked(host: Host, engine: Engine): void {
    this.counts.stops += 1
    this.#world.guard(() => {
      const { replicaId, specHash } = engine.identity
      const assignment = this.#world.controller.disk.facts.assignments.get(replicaIdOf(replicaId))
      const here = assignment && memberOn(assignment, host.id)?.id === replicaId && assignment.gang?.down === undefined
      const wanted = here && ['starting', 'serving', 'draining'].includes(assignment.stage)
      if (!wanted || !engine.loaded || engine.hangs || this.restored) return
      const agent = this.#world.agents.find((one) => one.host === host)
      const spec = agent?.reconciler?.spec()?.replicas.find(({ id }) => id === replicaId)
      const status = agent?.reconciler?.statuses().get(replicaId)
      const given = status?.phase === 'failed' || status?.reason === 'LOAD_TIMEOUT' || status?.reason === 'HEALTH_FAILED'
      // Decided without a lease, and done a moment later.
      const away = engine.spec.onPartition === 'stop' && status?.reason === 'CONTROLLER_UNREACHABLE'
      const twin = [...host.engines.values()].some(
        (one) => one !== engine && one.state === 'running' && one.identity.replicaId === replicaId,
      )
      must(
        given || away || twin,
        'an engine that is wanted and well is never stopped',
        () =>
          `${engine.id} of ${replicaId} (${assignment?.stage}) on ${host.name}, status ${status?.phase} ${status?.reason}, in the spec: ${spec !== undefined}, hash ${specHash}`,
      )
    })
  }

  agentStarted({ host, reconciler }: AgentNode): void {
    this.#world.guard(() => {
      const acked = this.#acked.get(host.id) ?? 0
      const generation = reconciler?.spec()?.generation ?? 0
      must(
        generation >= acked,
        'an acknowledged spec is never forgotten',
        () => `${host.name} acknowledged ${acked} and starts with ${generation}`,
      )
    })
  }

  /** A spec was taken and is acknowledged next. */
  specTaken({ host, reconciler }: AgentNode): void {
    this.#world.guard(() => {
      const generation = reconciler?.spec()?.generation ?? 0
      const before = this.#inForce.get(host.id) ?? 0
      must(generation >= before, 'a generation never goes back', () => `${host.name} had ${before} and has ${generation}`)
      this.#inForce.set(host.id, generation)
      this.#acked.set(host.id, Math.max(this.#acked.get(host.id) ?? 0, generation))
    })
  }

  /** A decision is about to be written. */
  committing(changes: readonly StoreChange[], control: ControlLoop): void {
    const decided = changes.filter(isChange)
    if (decided.some(({ kind }) => kind !== 'addEvent')) this.counts.decisions += 1
    const before = control.loop.state()
    const after = applyChanges(before, decided)
    for (const change of decided) {
      if (change.kind !== 'addEvent') continue
      const { reason, subject, message } = change.event
      this.#world.trace.add('event', `${reason} ${subject}`, { message })
      if (reason === 'PutToSleep') this.#sleepsOnlyInSilence(subject.replace('deployment/', ''), after, control)
    }
    checkDecision(before, after)
    for (const assignment of after.assignments.values()) {
      const was = before.assignments.get(assignment.id)
      if (assignment.stage === 'draining' && was?.stage !== 'draining') {
        this.#drainingSinceMs.set(assignment.id, this.#world.scheduler.nowMs)
        this.#drainingSinceRun.set(assignment.id, this.#world.controller.runs)
      }
      if (assignment.stage === 'stopping' && was?.stage === 'draining') this.#gatewaysHaveLetGo(was, control)
      if (assignment.stage === 'lost' && was && was.stage !== 'lost') this.#brakeHolds(assignment, control)
    }
  }

  #gatewaysHaveLetGo(assignment: Assignment, control: ControlLoop): void {
    const { id, deployment, revision } = assignment
    const state = control.loop.state()
    const spec = state.revisions.get(deployment)?.find(({ number }) => number === revision)?.spec
    const drainedMs = this.#world.scheduler.nowMs - (this.#drainingSinceMs.get(id) ?? 0)
    // A gang that has lost a member serves nobody.
    const works = membersOf(assignment).every((member) => {
      const host = this.#world.hosts.find((one) => one.id === member.hostId)
      return [...(host?.engines.values() ?? [])].some((one) => one.identity.replicaId === member.id && one.loaded)
    })
    if (!works || this.restored || drainedMs >= (spec?.update.drainTimeoutMs ?? 0) * 0.94) return
    // A controller that starts after its clock was set has only that clock to tell how long it was away.
    const { runs, clock } = this.#world.controller
    if (clock.wasSet && this.#drainingSinceRun.get(id) !== runs) return
    const property = 'a replica is stopped only when every live gateway has let go of it, or at its deadline'
    for (const gateway of this.#world.gateways) {
      const known = control.gateways.known().find((one) => one.id === gateway.id)
      if (!gateway.running || !known?.connected) continue
      const endpoint = gateway.endpoints().get(id)
      const inFlight = gateway.outstanding.get(id) ?? 0
      must(
        endpoint === undefined || endpoint.draining,
        property,
        () => `${id} stops after ${drainedMs} ms and ${gateway.id} still sends to it`,
      )
      must(inFlight === 0, property, () => `${id} stops after ${drainedMs} ms with ${inFlight} in flight at ${gateway.id}`)
    }
  }

  /** A deployment is put to sleep only when all gateways say that nobody asks for it, and they are right. */
  #sleepsOnlyInSilence(name: string, after: FleetState, control: ControlLoop): void {
    const { targetRevision } = after.deployments.get(name) ?? {}
    const spec = after.revisions.get(name)?.find(({ number }) => number === targetRevision)?.spec
    if (spec?.autoscale === undefined) return
    const property = 'a deployment is put to sleep only when nobody asks for it'
    const known = control.gateways.known()
    must(known.length > 0, property, () => `${name} goes to sleep and no gateway was heard`)
    const { nowMs } = this.#world.scheduler
    // What is under way, or was lost with a gateway, nobody can know.
    if (nowMs - this.#world.network.troubledMs < 30_000) return
    for (const gateway of this.#world.gateways) {
      if (!gateway.running || nowMs - gateway.startedMs < 30_000 || !known.some(({ id, connected }) => id === gateway.id && connected))
        continue
      const silentMs = nowMs - (gateway.busyMs.get(name) ?? Number.NEGATIVE_INFINITY)
      must(silentMs > 0.5 * spec.autoscale.idleMs, property, () => `${name} goes to sleep ${silentMs} ms after a request at ${gateway.id}`)
      must(!gateway.waiting().has(name), property, () => `${name} goes to sleep and requests wait for it at ${gateway.id}`)
    }
  }

  #brakeHolds({ id }: Assignment, control: ControlLoop): void {
    const silences = control.hosts.silences()
    const nowMs = this.#world.controller.process?.clock.unixMs() ?? 0
    // Whom an operator gave up counts for nothing.
    const { excused } = this.#world.controller.disk.facts.brake
    const fresh = silences.filter(
      ({ hostId, silentSinceUnixMs: since }) => !excused.includes(hostId) && since !== undefined && nowMs - since <= 60_000,
    ).length
    must(
      fresh <= Math.max(3, 0.3 * silences.length),
      'the brake holds',
      () => `${id} is given up while ${fresh} of ${silences.length} hosts have just gone silent (lease ${lease.leaseMs} ms)`,
    )
  }
}
