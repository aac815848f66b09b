import type { Series } from '../../shared/diagnosis/host-diagnosis.ts'
import type { Thresholds } from '../../shared/diagnosis/thresholds.ts'
import type { TimelineEvent } from '../../shared/diagnosis/timeline.ts'
import type { Inventory } from '../../shared/fleet/inventory.ts'
import type { HostSpec, ReplicaStatus } from '../../shared/fleet/replica.ts'
import type { TuneAnswer } from '../../shared/tuning/answer.ts'
import type { GpuSample } from '../observe/gpu-sampler.ts'
import type { GpuReport, NvidiaSmi } from '../observe/nvidia-smi.ts'
import type { BoundedRun } from '../observe/run-bounded.ts'
import type { InsideRun, Instance } from '../runtime/runtime.ts'
import type { KernelWatchState } from './kmsg/watch.ts'

/** The files of this host, or of a captured one: every path is below a root. Nothing here rejects for what is not there. */
export interface HostFiles {
  /** Undefined where there is none; throws EACCES and what else the kernel says. At most 1 MiB. */
  text(path: string): Promise<string | undefined>
  /** Names, sorted; empty where there is no directory. */
  names(directory: string): Promise<readonly string[]>
  /** The target of a symbolic link, undefined for anything else. */
  link(path: string): Promise<string | undefined>
}

/** What checks look with. Effects come from here only, so that a test can put a captured host in the place of the real one. */
export interface CheckContext {
  /** Unix ms; a check counts what happened in this window and looks at the state of now. */
  readonly fromUnixMs: number
  readonly toUnixMs: number
  readonly nowUnixMs: () => number
  readonly thresholds: Thresholds
  readonly files: HostFiles
  /** Runs a program with LC_ALL=C. Never rejects; a missing one is `not-started` with errno ENOENT. */
  run(program: string, args: readonly string[], deadlineMs: number, signal: AbortSignal): Promise<BoundedRun>
  readonly inventory: () => Inventory
  readonly spec: () => HostSpec | undefined
  readonly statuses: () => ReadonlyMap<string, ReplicaStatus>
  /** Of all runtimes, dead ones included. */
  readonly instances: () => Promise<readonly Instance[]>
  /** Runs a program inside a running instance. Never rejects; absent where there is no such program, or no inside. */
  readonly inside: (instance: Instance, command: readonly string[], deadlineMs: number, signal: AbortSignal) => Promise<InsideRun>
  /** The last lines of a replica's newest instance. */
  readonly logTail: (replicaId: string, lines: number, signal: AbortSignal) => Promise<readonly string[]>
  /** The looping query's newest figures, with their age told by atMonotonicMs; undefined before the first. */
  readonly gpuSample: () => { readonly sample: GpuSample | undefined; readonly problem: string }
  /** A full `nvidia-smi -q -x`, one at a time, past its deadline abandoned. */
  readonly gpuReport: (signal: AbortSignal) => Promise<GpuReport>
  readonly gpuNvLinks: NvidiaSmi['nvLinks']
  readonly gpuNvLinkErrors: NvidiaSmi['nvLinkErrors']
  /** Metrics of the past day, as kept by this agent. Empty where none were. */
  readonly series: (metric: string, labels?: Readonly<Record<string, string>>) => readonly Series[]
  /** In the window, oldest first. */
  readonly events: () => readonly TimelineEvent[]
  /** Whether the kernel's log is read; events() holds what it told. */
  readonly kernelLog: () => KernelWatchState
  /** How the host differs from its tuning profile; undefined without one. */
  readonly tuning: (signal: AbortSignal) => Promise<TuneAnswer | undefined>
  /** This host's address in the fleet. */
  readonly address: string
  /** Name or address of the controller. */
  readonly controllerHost: string
  readonly modelPath: string
}
