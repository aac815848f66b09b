import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../shared/clock/clock.ts'
import type { AgentSettings } from '../shared/config/agent-settings.ts'
import type { Environment } from '../shared/config/environment.ts'
import { splitAddress } from '../shared/identity/address.ts'
import type { Credentials } from '../shared/identity/credentials-file.ts'
import { addressTowards } from '../shared/identity/local-address.ts'
import { lockDirectory } from '../shared/lifecycle/directory-lock.ts'
import type { Log } from '../shared/log/log.ts'
import { serveMetrics } from '../shared/metrics/serve-metrics.ts'
import { joinedCredentials, keepRenewed } from '../shared/rpc/daemon-credentials.ts'
import { runLink } from './link/link.ts'
import { watchLease } from './link/watch-lease.ts'
import { openParts } from './parts.ts'
import { sideOf } from './side.ts'

export interface AgentOptions {
  readonly settings: AgentSettings
  /** For the first start; ignored when the agent is already a member. */
  readonly joinToken?: string | undefined
  readonly environment: Environment
  readonly clock: Clock
  readonly log: Log
}

export interface Agent extends AsyncDisposable {
  readonly hostId: string
  readonly address: string
  /** Of /metrics; undefined when its port was taken. */
  readonly metricsPort: number | undefined
  /** Whether its loop still makes progress, for the watchdog. */
  alive(): boolean
}

const readTrimmed = (file: string): Promise<string> =>
  readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => '',
  )

/** A round is due every 10 s, and each thing that it waits for has a deadline of its own: one that takes this long hangs. */
const roundOverdueMs = 120_000

/**
 * Starts the agent: identity first, then the replicas it had, then the controller. Replicas do not wait for the controller, and stopping the
 * agent stops none of them. Errors: DATA_DIR_LOCKED, CREDENTIALS_MISSING and those of joining.
 */
export const startAgent = async (options: AgentOptions): Promise<Agent> => {
  const { settings, joinToken, environment, clock, log } = options
  await using opening = new AsyncDisposableStack()
  opening.use(await lockDirectory(settings.dataDir))
  const credentialsFile = join(settings.dataDir, 'credentials.json')
  let credentials: Credentials = await joinedCredentials({
    file: credentialsFile,
    token: joinToken,
    name: settings.name || hostname().toLowerCase(),
    machineId: await readTrimmed('/etc/machine-id'),
    command: 'hostler agent',
  })
  const hostId = credentials.id
  const controllerHost = splitAddress(credentials.controller).host
  const address = settings.address || (await addressTowards(controllerHost))

  const parts = opening.use(await openParts({ hostId, address, controllerHost, settings, environment, clock, log }))
  const { lease, inventory, metrics, reconciler, tune, diagnose } = parts
  const bootId = await readTrimmed('/proc/sys/kernel/random/boot_id')
  const side = sideOf(parts, { address, labels: settings.labels, bootId, environment })

  const stopping = new AbortController()
  const { signal } = stopping
  const onRenewed = (renewed: Credentials) => {
    credentials = renewed
  }
  const running = Promise.all([
    reconciler.run(signal),
    watchLease({ lease, clock, tell: (state) => reconciler.setLease(state) }, signal),
    inventory.run(signal),
    diagnose.run(signal),
    tune.tuner.run(signal),
    metrics.run(signal),
    keepRenewed(credentials, { file: credentialsFile, clock, log, onRenewed }, signal),
    runLink({ credentials: () => credentials, side, lease, outbox: diagnose.outbox, clock, random: Math.random, log }, signal),
  ])
  opening.defer(async () => {
    stopping.abort()
    await running
  })
  const listener = opening.use(await serveMetrics(settings.metrics.listen, () => metrics.write(), log))
  const resources = opening.move()
  return {
    hostId,
    address,
    metricsPort: listener?.address.port,
    alive: () => clock.monotonicMs() - reconciler.lastRoundMs() < roundOverdueMs,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
