import type { Clock } from '../shared/clock/clock.ts'
import type { AgentSettings } from '../shared/config/agent-settings.ts'
import type { Environment } from '../shared/config/environment.ts'
import type { Log } from '../shared/log/log.ts'
import { lastLines } from './diagnose/log-tail.ts'
import { type DiagnoseRoom, openDiagnosis } from './diagnose/open.ts'
import { Lease } from './link/lease.ts'
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
import { openTuner, type TuneRoom } from './tune/open.ts'

export interface PartsOptions {
  readonly hostId: string
  /** Where replicas listen. */
  readonly address: string
  /** Name or address of the controller. */
  readonly controllerHost: string
  readonly settings: AgentSettings
  readonly environment: Environment
  readonly clock: Clock
  readonly log: Log
}

/** What an agent consists of, opened and at rest: nothing runs before its `run`. Disposal stops no replica. */
export interface Parts extends AsyncDisposable {
  readonly lease: Lease
  readonly inventory: InventoryWatch
  readonly usage: UsageReader
  readonly metrics: Metrics
  readonly reconciler: Reconciler
  readonly tune: TuneRoom
  readonly diagnose: DiagnoseRoom
}

const replicaOf = async (reconciler: Reconciler, pid: number): Promise<string | undefined> => {
  const candidates = [...reconciler.statuses().values()].filter(({ instanceId }) => instanceId !== '')
  return (
    await ownerOfProcess(
      pid,
      candidates.map(({ id, instanceId }) => ({ id: instanceId, replicaId: id })),
    )
  )?.replicaId
}

/** Opens the parts of an agent in the order in which they need each other. The spec on disk is in force again. Throws CONFIG_INVALID. */
export const openParts = async (options: PartsOptions): Promise<Parts> => {
  const { hostId, address, controllerHost, settings, environment, clock, log } = options
  await using opening = new AsyncDisposableStack()

  const { path: program, timeoutMs, intervalMs, healthIntervalMs } = settings.nvidiaSmi
  const nvidiaSmi = opening.use(new NvidiaSmi({ program, environment, deadlineMs: timeoutMs, clock }))
  const sampler = opening.use(new GpuSampler({ program, environment, intervalMs, clock }))
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
  const spec = () => reconciler.spec()
  const statuses = () => reconciler.statuses()
  const instances = async () => (await Promise.all(runtimes.map((runtime) => runtime.list().catch(() => [])))).flat()

  const lease = new Lease()
  const usage = new UsageReader(sampler, nvidiaSmi, (pid) => replicaOf(reconciler, pid), clock)
  const metrics = new Metrics({
    hostId,
    intervalMs: settings.metrics.intervalMs,
    sampler,
    usage,
    nvidiaSmi,
    healthIntervalMs,
    instances: async () => reconciler.instances(),
    modelPath: settings.modelDir,
    dataPath: settings.dataDir,
    inventory: () => inventory.current(),
    spec,
    statuses,
    connected: () => lease.valid(clock.monotonicMs()),
    connections,
    clock,
    log,
  })

  const onDrift: Parameters<typeof openTuner>[0]['onDrift'] = ({ key, from, to }) =>
    diagnose.timeline.add(driftEvent(key, from, to, clock.unixMs()))
  const tune = opening.use(await openTuner({ settings, environment, nvidiaSmi, runtimes, instances, clock, log, onDrift }))
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
        controllerHost,
        modelPath: settings.modelDir,
        inventory: () => inventory.current(),
        spec,
        statuses,
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
  const resources = opening.move()
  return {
    lease,
    inventory,
    usage,
    metrics,
    reconciler,
    tune,
    diagnose,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
