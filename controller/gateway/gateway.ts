import type { AddressInfo } from 'node:net'
import { type Clock, systemClock } from '../../shared/clock/clock.ts'
import type { EngineLoad } from '../../shared/fleet/engine-load.ts'
import type { Snapshot } from '../../shared/fleet/membership.ts'
import type { TrafficReport } from '../../shared/fleet/traffic.ts'
import { pause } from '../../shared/lifecycle/deadline.ts'
import { type Log, silentLog } from '../../shared/log/log.ts'
import { startMetricsListener } from '../../shared/metrics/metrics-listener.ts'
import { bucketIds } from './admission/admit.ts'
import { RateLimits } from './admission/rate-limits.ts'
import { TokenLimits } from './admission/token-limits.ts'
import { RetryBudget } from './balance/retry-budget.ts'
import { type GatewaySettingsInput, gatewaySettings } from './config.ts'
import { readCertificate, watchCertificate } from './http/certificate.ts'
import { runExchange } from './http/run-exchange.ts'
import { ClientSide } from './http/server.ts'
import { Fleet } from './membership/fleet.ts'
import { LastKnown, loadLastKnown } from './membership/last-known.ts'
import { GatewayMetrics } from './observe/metrics.ts'
import { type Told, TrafficCounters } from './observe/traffic.ts'
import { stepFor, Ticks } from './proxy/ticks.ts'
import { connectUpstream } from './proxy/upstreams.ts'

export interface GatewayOptions {
  readonly settings?: GatewaySettingsInput
  /** Where the last known membership is kept; without it a gateway starts empty. */
  readonly snapshotFile?: string
  readonly clock?: Clock
  readonly log?: Log
  /** Drains the gateway when it aborts, within `drain.timeoutMs`. */
  readonly signal?: AbortSignal
}

export interface Gateway extends AsyncDisposable {
  readonly address: AddressInfo
  readonly metricsAddress: AddressInfo | undefined
  /** Version of the membership in use; 0 before there is one. */
  readonly version: number
  /** Swaps the membership in one step. When it returns, nothing new goes to a replica that drains or is gone in it. */
  apply(snapshot: Snapshot): void
  /** What engines told of themselves, for the choice between replicas. */
  takeLoads(loads: readonly EngineLoad[]): void
  /** Requests in flight per replica id. */
  outstanding(): ReadonlyMap<string, number>
  /** Replicas that rest because requests to them failed. */
  suspects(): readonly string[]
  /** Requests in line per deployment. */
  waiting(): ReadonlyMap<string, number>
  /** What has changed in the traffic since `told`, which then holds what is told here. */
  traffic(told: Told): TrafficReport | undefined
  readonly anyDraining: boolean
  /** Calls when suspects changed, a draining replica has nothing left to do, or a request waits where no replica is; returns the end of it. */
  onChange(listener: () => void): () => void
  /** Prometheus text. */
  metrics(): string
  /** Readiness ends, then listening; requests in flight may end by themselves for `deadlineMs`, then they are broken off. */
  drain(deadlineMs: number): Promise<void>
  /** Resolves when the gateway has stopped, for whatever reason. */
  readonly stopped: Promise<void>
}

/**
 * Starts a gateway and listens. With a snapshot file it serves what it knew last, whether or not a controller is there.
 * @throws the error of `listen` (EADDRINUSE…), or zod's when the settings do not fit
 */
export const startGateway = async (options: GatewayOptions = {}): Promise<Gateway> => {
  const settings = gatewaySettings.parse(options.settings ?? {})
  const { clock = systemClock, log = silentLog } = options
  const listeners = new Set<() => void>()
  const fleet: Fleet = new Fleet({
    policy: settings.ejection,
    silence: settings.silence,
    slowStartMs: settings.slowStartMs,
    clock,
    connect: (origin) => connectUpstream(origin, settings.timeouts),
    onChange: () => {
      for (const listener of listeners) listener()
    },
    onEjection: (replica) => {
      metrics.ejections.add(replica.id)
      log.warn('replica rests', {
        replica: replica.id,
        origin: replica.endpoint.origin,
        kind: replica.health.ejected,
        failures: replica.health.failures,
      })
    },
    onSilence: (replica, verdict, code) => {
      const { id, endpoint, outstanding } = replica
      const fields = { replica: id, origin: endpoint.origin, outstanding, ...(code !== '' && { probe: code }) }
      if (verdict === 'rest') log.warn('replica is silent and its host does not answer', fields)
      else if (verdict === 'take back' && outstanding > 0) log.warn('requests are taken back from a silent replica', fields)
      else if (verdict === 'return') log.info('the host of a silent replica answers again', fields)
    },
  })
  const metrics: GatewayMetrics = new GatewayMetrics(fleet, () => clients.open)
  const traffic = new TrafficCounters(() => clock.unixMs())
  const limits = { requests: new RateLimits(), tokens: new TokenLimits() }
  const lastKnown = options.snapshotFile === undefined ? undefined : new LastKnown(options.snapshotFile, log)
  let ready = true
  const { firstByteMs, idleMs, clientStallMs, totalMs } = settings.timeouts
  const ticks = new Ticks(stepFor([firstByteMs, idleMs, clientStallMs, totalMs]))
  const deps = {
    settings,
    clock,
    log,
    fleet,
    limits,
    metrics,
    traffic,
    ticks,
    budget: new RetryBudget(settings.retry),
    memory: { maxBytes: settings.maxBufferedBytes, heldBytes: 0 },
    isReady: () => ready && fleet.table.version > 0,
  }
  const certificate = settings.tls && (await readCertificate(settings.tls))
  const clients: ClientSide = new ClientSide({
    settings,
    certificate,
    nowMs: () => clock.monotonicMs(),
    handle: (exchange) => runExchange(deps, exchange),
  })

  const use = (snapshot: Snapshot): void => {
    fleet.apply(snapshot)
    traffic.use(snapshot)
    const ids = bucketIds(snapshot.keys, snapshot.routes)
    limits.requests.retain(ids)
    limits.tokens.retain(ids)
  }

  const known = options.snapshotFile === undefined ? undefined : await loadLastKnown(options.snapshotFile, log)
  if (known) use(known)
  const metricsListener = settings.metrics.listen && (await startMetricsListener(settings.metrics.listen, () => metrics.write()))
  try {
    await clients.listen()
  } catch (error) {
    await metricsListener?.[Symbol.asyncDispose]()
    throw error
  }
  const watch =
    settings.tls &&
    certificate &&
    watchCertificate({
      files: settings.tls,
      first: certificate,
      everyMs: settings.tls.checkMs,
      clock,
      log,
      onChange: (next) => clients.useCertificate(next),
    })
  ticks.start((tick) => clients.check(tick))
  log.info('gateway listens', { ...(clients.server.address() as AddressInfo), membership: fleet.table.version })

  const forced = new AbortController()
  let draining: Promise<void> | undefined
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()

  const stopAll = async (deadlineMs: number): Promise<void> => {
    const deadline = AbortSignal.any([AbortSignal.timeout(deadlineMs), forced.signal])
    ready = false
    clients.endConnections()
    log.info('gateway drains', { open: clients.open, deadlineMs })
    await pause(settings.drain.readinessDelayMs, deadline)
    const closed = clients.close()
    const over = new AbortController()
    closed.finally(() => over.abort())
    await pause(deadlineMs, AbortSignal.any([deadline, over.signal]))
    if (clients.open > 0) log.warn('gateway breaks requests off', { open: clients.open })
    clients.destroy()
    watch?.[Symbol.dispose]()
    await closed
    ticks[Symbol.dispose]()
    await fleet.destroy()
    await metricsListener?.[Symbol.asyncDispose]()
    await lastKnown?.settled()
    log.info('gateway stopped')
    stop()
  }

  const gateway: Gateway = {
    address: clients.server.address() as AddressInfo,
    metricsAddress: metricsListener?.address,
    stopped,
    get version() {
      return fleet.table.version
    },
    get anyDraining() {
      return fleet.anyDraining
    },
    apply(snapshot) {
      use(snapshot)
      lastKnown?.keep(snapshot)
    },
    takeLoads: (loads) => fleet.takeLoads(loads),
    outstanding: () => fleet.outstanding(),
    suspects: () => fleet.suspects(),
    waiting: () => fleet.waiting(),
    traffic: (told) => traffic.report(told),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    metrics: () => metrics.write(),
    drain: (deadlineMs) => (draining ??= stopAll(deadlineMs)),
    async [Symbol.asyncDispose]() {
      forced.abort()
      await gateway.drain(0)
    },
  }
  const onAbort = () => void gateway.drain(settings.drain.timeoutMs)
  options.signal?.addEventListener('abort', onAbort, { once: true })
  if (options.signal?.aborted) onAbort()
  return gateway
}
