import type { Clock } from '../shared/clock/clock.ts'
import { systemTimers, type Timers } from '../shared/clock/timers.ts'
import type { Log } from '../shared/log/log.ts'
import { defaultPlanSettings } from './domain/fleet/settings.ts'
import type { Store } from './store/store.ts'
import { concernPlans } from './usecases/alert-facts.ts'
import { Autoscaler } from './usecases/autoscaler.ts'
import type { Secrets, UseCaseContext } from './usecases/context.ts'
import { engineTokens } from './usecases/engine-tokens.ts'
import { GatewayRegistry } from './usecases/gateway-registry.ts'
import { HostRegistry } from './usecases/host-registry.ts'
import { Ledger } from './usecases/ledger.ts'
import { MembershipPublisher } from './usecases/membership-publisher.ts'
import { FleetMetrics } from './usecases/metrics.ts'
import type { LeaseSettings } from './usecases/presence.ts'
import { ReconcileLoop } from './usecases/reconcile-loop.ts'
import { SpecDispatch } from './usecases/spec-dispatch.ts'
import { TrafficFigures } from './usecases/traffic.ts'

export interface ControlLoopOptions {
  readonly store: Store
  readonly lease: LeaseSettings
  readonly clock: Clock
  readonly timers?: Timers
  readonly secrets: Secrets
  readonly log: Log
}

/** All that decides, without the doors by which agents, gateways and people come in. */
export interface ControlLoop {
  readonly context: UseCaseContext
  readonly hosts: HostRegistry
  readonly gateways: GatewayRegistry
  readonly metrics: FleetMetrics
  readonly traffic: TrafficFigures
  readonly specs: SpecDispatch
  readonly membership: MembershipPublisher
  readonly autoscaler: Autoscaler
  readonly loop: ReconcileLoop
}

/** Loads what is stored. The first pass has to be made before gateways come in: it makes their membership. Errors: STORE_FAILED. */
export const openControlLoop = async (options: ControlLoopOptions): Promise<ControlLoop> => {
  const { store, lease, clock, timers = systemTimers, secrets, log } = options
  const ledger = await Ledger.open(store)
  const wake = () => loop.wake()
  const hosts = new HostRegistry({
    facts: ledger.facts,
    lease,
    clock,
    onChange: wake,
    onEvent: (event) => {
      ledger
        .transact(() => ({ changes: [{ kind: 'addEvent', event, atUnixMs: clock.unixMs() }], result: undefined }))
        .catch((error: unknown) => log.warn('event not stored', { reason: event.reason, error }))
    },
  })
  const gateways = new GatewayRegistry({ clock, leaseMs: lease.leaseMs, onChange: wake })
  const metrics = new FleetMetrics(clock)
  const traffic = new TrafficFigures({
    clock,
    isKnown: (deployment) => ledger.facts.deployments.has(deployment),
    waiting: (deployment) => gateways.waiting(deployment),
    tokensPerSecond: engineTokens(ledger.facts, metrics),
  })
  const specs = new SpecDispatch(hosts)
  const membership = new MembershipPublisher(gateways)
  const autoscaler = new Autoscaler({ metrics, traffic }, clock)
  const parts = { ledger, hosts, gateways, specs, membership, autoscaler, traffic, clock, timers, log }
  const loop = new ReconcileLoop({ ...parts, settings: defaultPlanSettings, newSecret: secrets.newSecret })
  ledger.onChange((changes) => concernPlans(changes) && wake())
  ledger.onChange((changes) => {
    for (const change of changes) if (change.kind === 'deleteDeployment') traffic.forgetDeployment(change.name)
  })
  return { context: { ledger, clock, secrets }, hosts, gateways, metrics, traffic, specs, membership, autoscaler, loop }
}
