import { loadavg } from 'node:os'
import type { ComputeApp, Gpu } from 'nvidia-smi-parser'
import { type Clock, systemClock } from '../../shared/clock/clock.ts'
import type { GpuProcessInfo, GpuUsage, HostUsage } from '../../shared/fleet/usage.ts'
import type { GpuSample, GpuSampler } from './gpu-sampler.ts'
import { KernelFile } from './kernel-file.ts'
import { keyed } from './metrics/scan.ts'
import type { NvidiaSmi } from './nvidia-smi.ts'

/** The id of the replica that a process belongs to; undefined when it is not ours. */
export type Attribution = (pid: number) => Promise<string | undefined>

interface ProcessList {
  readonly apps: readonly ComputeApp[]
  readonly replicas: ReadonlyMap<number, string>
  readonly usedMiB: ReadonlyMap<string, number>
  readonly atMonotonicMs: number
}

const listEveryMs = 120_000
/** An older reading is not given again: its age and the host's memory are part of it. */
const freshMs = 4_000
const memoryChangeMiB = 64
const meminfo = new KernelFile('/proc/meminfo')

/** Current use of the host, cheap enough for every report: GPU figures come from the sampler, processes only when memory changed. */
export class UsageReader {
  readonly #sampler: GpuSampler
  readonly #nvidiaSmi: NvidiaSmi
  readonly #replicaOf: Attribution
  readonly #clock: Clock
  #processes: ProcessList | undefined
  #last:
    | { readonly usage: HostUsage; readonly of: GpuSample | undefined; readonly processes: ProcessList | undefined; readonly atMs: number }
    | undefined
  #listing: Promise<void> | undefined

  constructor(sampler: GpuSampler, nvidiaSmi: NvidiaSmi, replicaOf: Attribution, clock: Clock = systemClock) {
    this.#sampler = sampler
    this.#nvidiaSmi = nvidiaSmi
    this.#replicaOf = replicaOf
    this.#clock = clock
  }

  /**
   * Never waits for nvidia-smi: a changed process list shows in a later call. The same object as before while there is nothing new, for some
   * seconds.
   */
  read(): HostUsage {
    const { sample, problem } = this.#sampler.current()
    const nowMs = this.#clock.monotonicMs()
    this.keepFresh()
    const last = this.#last
    const isNew =
      last?.of?.atMonotonicMs !== sample?.atMonotonicMs || last?.usage.gpuProblem !== problem || last?.processes !== this.#processes
    if (last && !isNew && nowMs - last.atMs < freshMs) return last.usage
    const usage = {
      gpus: (sample?.gpus ?? []).flatMap((gpu) => gpuUsage(gpu, this.#processes)),
      memoryAvailableMiB: memoryAvailableMiB(),
      load1m: loadavg()[0],
      gpuAgeMs: sample ? Math.max(0, Math.round(nowMs - sample.atMonotonicMs)) : 0,
      gpuProblem: problem,
    }
    this.#last = { usage, of: sample, processes: this.#processes, atMs: nowMs }
    return usage
  }

  /** Lists the processes anew in the background when the list is old or memory in use has changed. */
  keepFresh(): void {
    const { sample, problem } = this.#sampler.current()
    if (sample && problem === '' && outdated(this.#processes, sample.gpus, this.#clock.monotonicMs())) this.refreshProcesses()
  }

  /** The processes of a GPU as last listed; undefined before the first list. */
  processesOf(uuid: string): readonly GpuProcessInfo[] | undefined {
    return this.#processes && processesOn(uuid, this.#processes)
  }

  /** Lists the processes anew in the background; resolves when that is done. Calls during a listing share it. */
  refreshProcesses(): Promise<void> {
    this.#listing ??= this.#list().finally(() => {
      this.#listing = undefined
    })
    return this.#listing
  }

  async #list(): Promise<void> {
    const { sample } = this.#sampler.current()
    const answer = await this.#nvidiaSmi.computeApps()
    if (answer.state !== 'ok') return
    const replicas = new Map<number, string>()
    for (const { pid } of answer.value) {
      const replica = await this.#replicaOf(pid).catch(() => undefined)
      if (replica !== undefined) replicas.set(pid, replica)
    }
    this.#processes = { apps: answer.value, replicas, usedMiB: usedByUuid(sample?.gpus ?? []), atMonotonicMs: answer.atMonotonicMs }
  }
}

const outdated = (list: ProcessList | undefined, gpus: readonly Gpu[], nowMs: number): boolean => {
  if (!list || nowMs - list.atMonotonicMs > listEveryMs) return true
  return gpus.some((gpu) => Math.abs((gpu.memory?.usedMiB ?? 0) - (list.usedMiB.get(gpu.uuid ?? '') ?? 0)) > memoryChangeMiB)
}

const usedByUuid = (gpus: readonly Gpu[]): ReadonlyMap<string, number> =>
  new Map(gpus.map((gpu) => [gpu.uuid ?? '', gpu.memory?.usedMiB ?? 0]))

const gpuUsage = (gpu: Gpu, list: ProcessList | undefined): readonly GpuUsage[] => {
  if (gpu.uuid === undefined) return []
  return [
    {
      uuid: gpu.uuid,
      memoryUsedMiB: gpu.memory?.usedMiB,
      utilizationPercent: gpu.utilization?.gpuPercent,
      temperatureC: gpu.temperature?.gpuCelsius,
      powerW: gpu.power?.drawWatts,
      processes: list ? processesOn(gpu.uuid, list) : [],
    },
  ]
}

const processesOn = (uuid: string, { apps, replicas }: ProcessList): readonly GpuProcessInfo[] =>
  apps
    .filter((app) => app.gpuUuid === uuid)
    .map((app) => {
      const replicaId = replicas.get(app.pid)
      return { pid: app.pid, name: app.name ?? '', memoryMiB: app.usedMiB, replicaId: replicaId ?? '', foreign: replicaId === undefined }
    })

/** Memory that new work can have without swapping, in MiB; undefined where the kernel does not say. */
const memoryAvailableMiB = (): number | undefined => {
  const kib = keyed(meminfo.read() ?? '', 'MemAvailable:')
  return kib === undefined ? undefined : Math.floor(kib / 1024)
}
