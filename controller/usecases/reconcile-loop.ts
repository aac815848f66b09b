import type { Clock } from '../../shared/clock/clock.ts'
import { steadyClock } from '../../shared/clock/steady.ts'
import { systemTimers, type Timers } from '../../shared/clock/timers.ts'
import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import { Wake } from '../../shared/lifecycle/wake.ts'
import type { Log } from '../../shared/log/log.ts'
import { type HostKnowledge, planBehind } from '../domain/brake/behind.ts'
import { type BrakeState, planBrake } from '../domain/brake/plan.ts'
import { applyChanges } from '../domain/fleet/apply.ts'
import { planFleet } from '../domain/fleet/plan.ts'
import type { PlanSettings } from '../domain/fleet/settings.ts'
import type { Change, DeploymentReport, FleetPlan, FleetState } from '../domain/model.ts'
import type { StoreChange } from '../store/store.ts'
import type { Autoscaler } from './autoscaler.ts'
import { drainedChanges } from './drained.ts'
import type { Facts } from './facts.ts'
import { fleetStateOf } from './fleet-state.ts'
import type { GatewayRegistry } from './gateway-registry.ts'
import { labelChanges } from './host-labels.ts'
import type { HostRegistry } from './host-registry.ts'
import type { Ledger } from './ledger.ts'
import type { MembershipPublisher } from './membership-publisher.ts'
import { PresenceEvents } from './presence-events.ts'
import type { SpecDispatch } from './spec-dispatch.ts'
import type { TrafficFigures } from './traffic.ts'
import { TuningProblems } from './tuning-problems.ts'

export interface ReconcileLoopOptions {
  readonly ledger: Ledger
  readonly hosts: HostRegistry
  readonly gateways: GatewayRegistry
  readonly specs: SpecDispatch
  readonly membership: MembershipPublisher
  readonly autoscaler: Autoscaler
  readonly traffic: TrafficFigures
  readonly settings: PlanSettings
  readonly clock: Clock
  readonly timers?: Timers
  readonly newSecret: () => string
  readonly log: Log
}

/** Leases and deadlines pass without anybody saying so: hosts are counted every second, and the whole is planned at least every five. */
const tickMs = 1_000
/** A twentieth of the time at most goes into plans that nothing asked for. */
const restMs = (lastPassMs: number): number => Math.min(5_000, Math.max(tickMs, 20 * lastPassMs))
/** A flood of reports is answered by one plan; of a fleet whose plans take long, by fewer, so that most of the time is left for the reports. */
const gatherMs = (lastPassMs: number): number => Math.min(500, Math.max(10, 2 * lastPassMs))

const withSecret = (change: Change, newSecret: () => string): Change =>
  change.kind === 'putAssignment' && change.assignment.apiKey === ''
    ? { ...change, assignment: { ...change.assignment, apiKey: newSecret() } }
    : change

/** observe -> plan -> store -> tell gateways and agents; on every change and once a second. */
export class ReconcileLoop {
  readonly #options: ReconcileLoopOptions
  readonly #timers: Timers
  /** Stages and their deadlines are stored, so that they need wall time; a clock that is set must not end them. */
  readonly #steady: Clock
  readonly #wake: Wake
  readonly #listeners = new Set<(durationMs: number) => void>()
  #reports: ReadonlyMap<string, DeploymentReport> = new Map()
  #drains: FleetPlan['drains'] = new Map()
  #problem = ''
  #endedMs: number
  readonly #presence = new PresenceEvents()
  readonly #tuning = new TuningProblems()

  constructor(options: ReconcileLoopOptions) {
    this.#options = options
    this.#steady = steadyClock(options.clock)
    this.#endedMs = options.clock.monotonicMs()
    this.#timers = options.timers ?? systemTimers
    this.#wake = new Wake(this.#timers)
  }

  get reports(): ReadonlyMap<string, DeploymentReport> {
    return this.#reports
  }

  /** What is left on hosts that drain, as of the last pass. */
  get drains(): FleetPlan['drains'] {
    return this.#drains
  }

  /** Why the last pass changed nothing; empty: it got through. */
  get problem(): string {
    return this.#problem
  }

  /** When the last pass ended, whether or not it got through, on the monotonic clock. */
  get endedMs(): number {
    return this.#endedMs
  }

  wake(): void {
    this.#wake.wake()
  }

  /** Calls back after every pass with how long it took. Returns what ends it. */
  onPass(listener: (durationMs: number) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * The first pass, which makes the membership that gateways get when they connect. Without room on the disk nothing is decided, and they get
   * what is stored. Throws STORE_FAILED.
   */
  async begin(): Promise<void> {
    try {
      await this.pass()
    } catch (error) {
      if (!(error instanceof HostlerError && error.code === 'STORE_FULL')) throw error
      this.#failed(error)
      const { membership, ledger, clock } = this.#options
      // Drains are marked with it by the first pass that gets through.
      if (!ledger.facts.brake.behind?.held) membership.prepare(ledger.facts, this.state(), clock.unixMs())
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedMs = this.#options.clock.monotonicMs()
      try {
        await this.pass()
      } catch (error) {
        this.#failed(error)
      }
      const tookMs = this.#options.clock.monotonicMs() - startedMs
      await new Promise<void>((resolve) => this.#timers.after(gatherMs(tookMs), resolve))
      await this.#rest(restMs(tookMs), signal)
    }
  }

  /** Until something has changed, or for so long. */
  async #rest(forMs: number, signal: AbortSignal): Promise<void> {
    const { hosts, clock } = this.#options
    const endsMs = clock.monotonicMs() + forMs
    while (!signal.aborted) {
      if ((await this.#wake.wait(tickMs, signal)) || clock.monotonicMs() >= endsMs || this.#presence.differ(hosts.presences())) return
    }
  }

  /** A full disk: nothing was changed and nothing was sent. The fleet keeps what it has until a later pass gets through. */
  #failed(error: unknown): void {
    const { specs, membership, log, clock } = this.#options
    specs.reset()
    membership.reset()
    this.#problem = messageOf(error)
    this.#endedMs = clock.monotonicMs()
    log.error('reconcile pass failed', { error: this.#problem })
  }

  /** One whole pass. Throws STORE_FULL or STORE_FAILED; nothing was sent then. */
  async pass(): Promise<void> {
    const { ledger, clock, newSecret, settings } = this.#options
    const startedMs = clock.monotonicMs()
    let held = false
    let hosts: FleetState['hosts'] = new Map()
    const progressed = await ledger.transact((facts) => {
      const brake = planBrake(facts.brake, this.#options.hosts.silences(), clock.unixMs())
      const behind = planBehind(facts.brake.behind, this.#knowledge(facts), clock.unixMs())
      held = behind.state?.held ?? false
      const next: BrakeState = behind.state === brake.state.behind ? brake.state : { ...brake.state, behind: behind.state }
      const views = this.#options.hosts.views()
      const told = [...brake.events, ...behind.events, ...this.#presence.next(views), ...this.#tuning.next(views)].map(
        (event): Change => ({ kind: 'addEvent', event, atUnixMs: clock.unixMs() }),
      )
      const seen = this.#state(facts, next)
      hosts = seen.hosts
      // Nothing that it decided would be done.
      const scaled = held ? [] : this.#options.autoscaler.plan(seen, this.#reports)
      const plan = planFleet(applyChanges(seen, scaled), { nowUnixMs: this.#steady.unixMs(), settings })
      this.#reports = plan.reports
      this.#drains = plan.drains
      const labels = labelChanges(facts, this.#options.hosts)
      const drained = drainedChanges(facts, views, plan.drains, clock.unixMs())
      const always: readonly StoreChange[] = [...(next === facts.brake ? [] : [{ kind: 'putBrake', brake: next } as const]), ...told]
      if (held) return { changes: always, result: false }
      const changes = [
        ...always,
        ...labels,
        ...drained,
        ...scaled,
        ...plan.changes.map((change) =>
          change.kind === 'addEvent' ? { ...change, atUnixMs: clock.unixMs() } : withSecret(change, newSecret),
        ),
      ]
      return { changes, result: labels.length > 0 || scaled.length > 0 || plan.changes.length > 0 }
    })
    if (!held) await this.#tell(hosts)
    this.#problem = ''
    this.#endedMs = clock.monotonicMs()
    for (const listener of this.#listeners) listener(clock.monotonicMs() - startedMs)
    // What was just decided may allow the next step at once.
    if (progressed) this.wake()
  }

  /** Gateways and agents, of what was decided. @param hosts as they were when it was */
  async #tell(hosts: FleetState['hosts']): Promise<void> {
    const { ledger, specs, membership, clock } = this.#options
    await ledger.transact((facts) => ({
      changes: [...membership.prepare(facts, this.#state(facts), clock.unixMs()), ...specs.prepare(facts, hosts)],
      result: undefined,
    }))
    membership.publish()
    specs.send()
  }

  /** Asked for only when it matters: it looks at every replica. */
  #knowledge(facts: Facts): readonly HostKnowledge[] {
    return facts.brake.behind || this.#options.hosts.anyAhead() ? this.#options.hosts.knowledge() : []
  }

  /** What plans are made from, now. */
  state(): FleetState {
    return this.#state(this.#options.ledger.facts)
  }

  #state(facts: Facts, brake: BrakeState = facts.brake): FleetState {
    const { hosts, gateways, traffic, clock } = this.#options
    return fleetStateOf({ facts, hosts, gateways, traffic, frozen: brake.frozen, nowUnixMs: clock.unixMs() })
  }
}
