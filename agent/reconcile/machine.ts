import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { systemTimers, type Timers } from '../../shared/clock/timers.ts'
import { diskFiles, type StateFiles } from '../../shared/lifecycle/state-files.ts'
import type { EngineConnections } from '../observe/engine-connections.ts'
import { describeSocketOwner, listeningPorts } from '../runtime/listening-ports.ts'
import { readCgroup, readStat } from '../runtime/proc.ts'
import { type OwnerCandidate, ownerOfProcess } from '../runtime/process-owner.ts'
import { type Probe, probeOver } from './http-probe.ts'

export interface ProcessFacts {
  readonly name: string
  /** As /proc writes it; empty when it may not be read. */
  readonly cgroup: string
}

/** What reconciling touches of its machine, besides the runtimes and the GPUs. */
export interface Machine {
  readonly timers: Timers
  readonly files: StateFiles
  /** One request to an engine. */
  readonly probe: Probe
  memoryMiB(): number
  /** Every TCP port that something listens on, with the inode of its socket. */
  listeningPorts(): Promise<ReadonlyMap<number, string>>
  /** `nginx (pid 123)`, or an empty string when it cannot be told. */
  describeSocketOwner(inode: string): Promise<string>
  ownerOfProcess<T extends OwnerCandidate>(pid: number, candidates: readonly T[]): Promise<T | undefined>
  /** Undefined for a process that has ended. */
  process(pid: number): Promise<ProcessFacts | undefined>
  /** Throws what the filesystem says when the path is not there or may not be read. May hang on a stale mount. */
  checkReadable(path: string): Promise<void>
}

const mib = 1024 * 1024

/** @param connections to engines, shared with whoever else asks them */
export const thisMachine = (connections: EngineConnections): Machine => ({
  timers: systemTimers,
  files: diskFiles,
  probe: probeOver(connections),
  memoryMiB: () => Math.floor(totalmem() / mib),
  listeningPorts,
  describeSocketOwner,
  ownerOfProcess,
  async process(pid) {
    const stat = await readStat(pid)
    // A process that has ended lingers in the driver for a moment.
    return stat && stat.state !== 'Z' ? { name: stat.name, cgroup: (await readCgroup(pid)) ?? '' } : undefined
  },
  checkReadable: (path) => access(path, constants.R_OK),
})
