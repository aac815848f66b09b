import { randomBytes } from 'node:crypto'
import { mkdir, readdir, realpath, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../../shared/clock/clock.ts'
import { HostlerError, messageOf } from '../../../shared/errors/hostler-error.ts'
import type { Snapshot } from '../../../shared/fleet/membership.ts'
import { writeFileAtomic } from '../../../shared/lifecycle/atomic-file.ts'
import { pause } from '../../../shared/lifecycle/deadline.ts'
import { type Log, silentLog } from '../../../shared/log/log.ts'
import { startMetricsListener } from '../../../shared/metrics/metrics-listener.ts'
import type { GatewaySettings } from '../config.ts'
import { type Certificate, readCertificate, watchCertificate } from '../http/certificate.ts'
import type { FollowedGateway } from '../link/session.ts'
import { LastKnown, loadLastKnown } from '../membership/last-known.ts'
import { Counter, Reading } from '../observe/registry.ts'
import { Coalesced } from './coalesced.ts'
import { checkSettings, configurationOf, type NginxSettings, socketName } from './configuration.ts'
import { Master } from './master.ts'
import { connectionsNow, mostOpenFiles } from './workers.ts'

export interface NginxEngineOptions {
  readonly settings: GatewaySettings
  readonly nginx: NginxSettings
  /** Of the gateway; NGINX works in `nginx/` below it. */
  readonly dataDir: string
  readonly clock?: Clock
  readonly log?: Log
}

/** An NGINX that follows the membership, in the place of a gateway of ours. */
export interface NginxEngine extends FollowedGateway, AsyncDisposable {
  readonly address: AddressInfo
  /** Prometheus text. */
  metrics(): string
  /** Listening ends; requests in flight may end by themselves for `deadlineMs`, then they are broken off. */
  drain(deadlineMs: number): Promise<void>
}

const empty: Snapshot = { version: 0, routes: [], keys: [] }
/** A membership that was refused may pass later: a disk that was full, a port that was taken. */
const againMs = 10_000

/** @throws HostlerError CONFIG_INVALID, COMMAND_MISSING, LAUNCH_FAILED */
export const startNginxEngine = async (options: NginxEngineOptions): Promise<NginxEngine> => {
  const { settings, nginx, dataDir, clock = systemClock, log = silentLog } = options
  const base = join(dataDir, 'nginx')
  // An NGINX of a process of ours that was killed removes its own sockets when it ends, so ours have a place of their own.
  const run = `sockets-${randomBytes(3).toString('hex')}`
  checkSettings(settings, join(base, run))
  await mkdir(join(base, 'temporary'), { recursive: true, mode: 0o700 })
  const directory = await realpath(base)
  for (const old of await readdir(directory))
    if (old.startsWith('sockets-')) await rm(join(directory, old), { recursive: true, force: true })
  const socketDirectory = join(directory, run)
  await mkdir(socketDirectory, { mode: 0o700 })
  const configFile = join(directory, 'nginx.conf')
  const candidateFile = join(directory, 'nginx.next.conf')
  const isRoot = process.getuid?.() === 0
  const render = configurationOf(settings, nginx, { directory, socketDirectory, openFiles: await mostOpenFiles(), isRoot })

  const listeners = new Set<() => void>()
  const snapshotFile = join(dataDir, 'membership.json')
  const lastKnown = new LastKnown(snapshotFile, log)
  const master = new Master({ program: nginx.program, directory, configFile, socketDirectory, clock, log })
  let certificate: Certificate | undefined = settings.tls && (await readCertificate(settings.tls))
  let offered: Snapshot = empty
  let used: Snapshot = empty
  let usedText = ''
  /** Every replica that a worker may still have requests at, by its socket. */
  const replicas = new Map<string, string>()

  const use = (snapshot: Snapshot): void => {
    used = snapshot
    for (const { endpoints } of snapshot.routes) for (const { replicaId } of endpoints) replicas.set(socketName(replicaId), replicaId)
  }
  const outstanding = (): ReadonlyMap<string, number> => {
    const connections = connectionsNow(join(directory, 'sockets-'))
    const members = new Set(used.routes.flatMap(({ endpoints }) => endpoints.map(({ replicaId }) => replicaId)))
    const counts = new Map<string, number>()
    for (const [socket, replicaId] of replicas) {
      const count = connections.get(socket) ?? 0
      if (count === 0 && !members.has(replicaId)) replicas.delete(socket)
      else counts.set(replicaId, count)
    }
    return counts
  }
  const reloads = new Counter('hostler_gateway_nginx_reloads_total', 'Memberships given to NGINX, by how it took them.', ['result'])
  const gauges = [
    reloads,
    new Reading('hostler_gateway_outstanding', 'Requests in flight per replica.', 'gauge', 'replica', outstanding),
    new Reading(
      'hostler_gateway_membership_version',
      'Version of the membership in use.',
      'gauge',
      'kind',
      () => new Map([['snapshot', used.version]]),
    ),
  ]
  const metrics = (): string => gauges.map((metric) => metric.write()).join('')

  /** Puts the file in its place, or says why NGINX does not want it. */
  const place = async (text: string): Promise<string | undefined> => {
    await writeFileAtomic(candidateFile, text, { mode: 0o600 })
    const refusal = await master.refuses(candidateFile)
    await rm(candidateFile, { force: true })
    if (refusal === undefined) await writeFileAtomic(configFile, text, { mode: 0o600 })
    return refusal
  }
  const change = async (text: string): Promise<string | undefined> => {
    const refusal = await place(text)
    if (refusal !== undefined) return refusal
    const failure = await master.reload()
    if (failure !== undefined) await writeFileAtomic(configFile, usedText, { mode: 0o600 })
    return failure
  }
  const take = async (snapshot: Snapshot): Promise<void> => {
    const startedMs = clock.monotonicMs()
    try {
      const text = render(snapshot, certificate)
      const refusal = text === usedText ? undefined : await change(text)
      if (refusal !== undefined) throw new HostlerError('LAUNCH_FAILED', refusal)
      const result = text === usedText ? 'unchanged' : 'reloaded'
      reloads.add(result)
      usedText = text
      use(snapshot)
      lastKnown.keep(snapshot)
      log.info('membership in use', { version: snapshot.version, nginx: result, tookMs: Math.round(clock.monotonicMs() - startedMs) })
      for (const listener of listeners) listener()
    } catch (error) {
      reloads.add('refused')
      log.error('nginx refuses the membership, the last one stays in use', {
        version: snapshot.version,
        inUse: used.version,
        reason: messageOf(error),
        retryMs: againMs,
      })
      setTimeout(() => offered === snapshot && coalesced.offer(snapshot), againMs).unref()
    }
  }
  const coalesced = new Coalesced({ pauseMs: nginx.reloadPauseMs, apply: take })

  const begin = async (snapshot: Snapshot): Promise<void> => {
    usedText = render(snapshot, certificate)
    const refusal = await place(usedText)
    if (refusal !== undefined) throw new HostlerError('LAUNCH_FAILED', `NGINX refuses its configuration: ${refusal}`)
    use(snapshot)
  }
  const known = await loadLastKnown(snapshotFile, log)
  await begin(known ?? empty).catch(async (error: unknown) => {
    if (known === undefined || (error instanceof HostlerError && error.code === 'COMMAND_MISSING')) throw error
    log.warn('the last known membership cannot be used', { path: snapshotFile, reason: messageOf(error) })
    await begin(empty)
  })
  await using opening = new AsyncDisposableStack()
  opening.defer(() => rm(socketDirectory, { recursive: true, force: true }))
  if (settings.metrics.listen) opening.use(await startMetricsListener(settings.metrics.listen, metrics))
  if (settings.tls && certificate) {
    const onChange = (next: Certificate) => {
      certificate = next
      coalesced.offer(offered === empty ? used : offered)
    }
    opening.use(watchCertificate({ files: settings.tls, first: certificate, everyMs: settings.tls.checkMs, clock, log, onChange }))
  }
  await master.start()
  log.info('gateway listens', { engine: 'nginx', address: settings.listen.host, port: settings.listen.port, membership: used.version })
  log.warn('nginx checks no API keys, holds no requests and counts no tokens', { see: 'docs/nginx.md' })

  const resources = opening.move()
  let draining: Promise<void> | undefined
  const stop = async (deadlineMs: number): Promise<void> => {
    log.info('gateway drains', { deadlineMs })
    await coalesced[Symbol.asyncDispose]()
    await pause(settings.drain.readinessDelayMs, AbortSignal.timeout(deadlineMs))
    await master.stop(deadlineMs)
    await lastKnown.settled()
    await resources.disposeAsync()
    log.info('gateway stopped')
  }
  const engine: NginxEngine = {
    address: { address: settings.listen.host, port: settings.listen.port, family: settings.listen.host.includes(':') ? 'IPv6' : 'IPv4' },
    get version() {
      return used.version
    },
    get anyDraining() {
      const endpoints = used.routes.flatMap((route) => route.endpoints.filter(({ draining: leaves }) => !leaves))
      return replicas.size > new Set(endpoints.map(({ replicaId }) => replicaId)).size
    },
    apply(snapshot) {
      offered = snapshot
      coalesced.offer(snapshot)
    },
    outstanding,
    suspects: () => [],
    waiting: () => new Map(),
    traffic: () => undefined,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    metrics,
    drain: (deadlineMs) => (draining ??= stop(deadlineMs)),
    [Symbol.asyncDispose]: () => engine.drain(0),
  }
  return engine
}
