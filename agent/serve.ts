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
import { lastLines } from './diagnose/log-tail.ts'
import { networkAnswerers } from './diagnose/network/answerers.ts'
import { openDiagnosis } from './diagnose/open.ts'
import { Lease } from './link/lease.ts'
import { runLink } from './link/link.ts'
import type { AgentSide } from './link/session.ts'
import { watchLease } from './link/watch-lease.ts'
import { EngineConnections } from './observe/engine-connections.ts'
import { gpuHolders } from './observe/gpu-holders.ts'
import { GpuObserver } from './observe/gpu-observer.ts'
import { GpuSampler } from './observe/gpu-sampler.ts'
import { Hardware } from './observe/hardware.ts'
import { InventoryWatch } from './observe/inventory-watch.ts'
import { Metrics } from './observe/metrics/metrics.ts'
import { NvidiaSmi } from './observe/nvidia-smi.ts'
import { UsageReader } from './observe/usage.ts'
import { thisMachine } from './reconcile/machine.ts'
import { defaultRestartPolicy } from './reconcile/memory.ts'
import { openReconciler, type Reconciler } from './reconcile/reconciler.ts'
import { ownerOfProcess } from './runtime/process-owner.ts'
import { runtimesOf } from './runtime/runtimes.ts'
import { containerSysctls } from './tune/container-sysctls.ts'
import { driftEvent } from './tune/drift-event.ts'
import { openTuner } from './tune/open.ts'

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

const replicaOf = async (reconciler: Reconciler, pid: number): Promise<string | undefined> => {
  const candidates = [...reconciler.statuses().values()].filter(({ instanceId }) => instanceId !== '')
  return (
    await ownerOfProcess(
      pid,
      candidates.map(({ id, instanceId }) => ({ id: instanceId, replicaId: id })),
    )
  )?.replicaId
}

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
  const address = settings.address || (await addressTowards(splitAddress(credentials.controller).host))

  const nvidiaSmi = opening.use(
    new NvidiaSmi({ program: settings.nvidiaSmi.path, environment, deadlineMs: settings.nvidiaSmi.timeoutMs, clock }),
  )
  const sampler = opening.use(
    new GpuSampler({ program: settings.nvidiaSmi.path, environment, intervalMs: settings.nvidiaSmi.intervalMs, clock }),
  )
  // Containers share the host's network; IPC they have for themselves.
  const sysctls = () => containerSysctls(reconciler.spec()?.tuning, { hostNetwork: true, hostIpc: false })
  const runtimes = runtimesOf({ hostId, settings, environment, log, sysctls })
  const inventory = await InventoryWatch.open({
    observer: new GpuObserver(nvidiaSmi, clock),
    hardware: new Hardware(clock),
    modelPath: settings.modelDir,
    intervalMs: settings.inventoryIntervalMs,
    runtimes: () => Promise.all(runtimes.map((runtime) => runtime.info())),
  })
  const connections = opening.use(new EngineConnections(clock))
  const reconciler = await openReconciler({
    machine: thisMachine(connections),
    hostId,
    address,
    runtimes,
    holders: gpuHolders(nvidiaSmi),
    stateDir: settings.dataDir,
    portRange: { first: settings.ports.from, last: settings.ports.to },
    restart: { ...defaultRestartPolicy, holdMs: settings.adjustHoldMs },
    clock,
    log,
  })
  const instances = async () => (await Promise.all(runtimes.map((runtime) => runtime.list().catch(() => [])))).flat()
  const lease = new Lease()
  const usage = new UsageReader(sampler, nvidiaSmi, (pid) => replicaOf(reconciler, pid), clock)
  const metrics = new Metrics({
    hostId,
    intervalMs: settings.metrics.intervalMs,
    sampler,
    usage,
    nvidiaSmi,
    healthIntervalMs: settings.nvidiaSmi.healthIntervalMs,
    instances: async () => reconciler.instances(),
    modelPath: settings.modelDir,
    dataPath: settings.dataDir,
    inventory: () => inventory.current(),
    spec: () => reconciler.spec(),
    statuses: () => reconciler.statuses(),
    connected: () => lease.valid(clock.monotonicMs()),
    connections,
    clock,
    log,
  })
  const tune = opening.use(
    await openTuner({
      settings,
      environment,
      nvidiaSmi,
      runtimes,
      instances,
      clock,
      log,
      onDrift: ({ key, from, to }) => diagnose.timeline.add(driftEvent(key, from, to, clock.unixMs())),
    }),
  )
  const specOnDisk = reconciler.spec()
  if (specOnDisk) tune.follow(specOnDisk)
  const diagnose = opening.use(
    await openDiagnosis({
      settings,
      reconciler,
      environment,
      clock,
      log,
      lent: {
        address,
        controllerHost: splitAddress(credentials.controller).host,
        modelPath: settings.modelDir,
        inventory: () => inventory.current(),
        spec: () => reconciler.spec(),
        statuses: () => reconciler.statuses(),
        instances,
        inside: async (instance, command, deadlineMs, stop) =>
          (await runtimes.find(({ name }) => name === instance.runtime)?.runInside?.(instance, command, deadlineMs, stop)) ?? {
            kind: 'absent',
          },
        logTail: (replicaId, lines, signal) =>
          lastLines(reconciler.logs(replicaId, { tailLines: lines, follow: false, timestamps: false }, signal)),
        gpuSample: () => sampler.current(),
        gpuReport: (signal) => nvidiaSmi.report(signal),
        gpuNvLinks: (signal) => nvidiaSmi.nvLinks(signal),
        gpuNvLinkErrors: (signal) => nvidiaSmi.nvLinkErrors(signal),
        series: (metric, labels) => metrics.history.series(metric, labels),
        tuning: (signal) => tune.compare(signal),
      },
    }),
  )
  const side: AgentSide = {
    address,
    labels: settings.labels,
    bootId: await readTrimmed('/proc/sys/kernel/random/boot_id'),
    inventory: () => inventory.current(),
    onInventory: (listener) => inventory.onChange(listener),
    usage: () => usage.read(),
    metrics: () => metrics.current(),
    specGeneration: () => reconciler.spec()?.generation ?? 0,
    setSpec: async (spec) => {
      await reconciler.setSpec(spec)
      tune.follow(spec)
    },
    statuses: () => reconciler.statuses(),
    statusesKnown: () => reconciler.hasLooked(),
    onStatus: (listener) => reconciler.onChange(listener),
    tuning: () => tune.tuner.status(),
    onTuning: (listener) => tune.tuner.onChange(listener),
    answerers: {
      ...tune.answerers,
      logs: (ask, signal) => reconciler.logs(ask.replicaId, ask, signal),
      ...diagnose.answerers,
      ...networkAnswerers({ address, environment }),
    },
  }

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
