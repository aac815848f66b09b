import type { Clock } from '../../shared/clock/clock.ts'
import { messageOf } from '../../shared/errors/hostler-error.ts'
import type { HostSpec, ReplicaSpec } from '../../shared/fleet/replica.ts'
import { Exclusive } from '../../shared/lifecycle/exclusive.ts'
import type { StateFiles } from '../../shared/lifecycle/state-files.ts'
import type { Log } from '../../shared/log/log.ts'
import { specHash } from '../runtime/spec-hash.ts'
import { freshMemory, type ReplicaMemory } from './memory.ts'
import { memoryText } from './memory-file.ts'

export interface LedgerOptions {
  readonly file: string
  readonly files: StateFiles
  readonly clock: Clock
  readonly log: Log
  readonly onChange: () => void
}

/** Every replica's memory, in one place: each change wakes the loop, and what must outlive the agent is written down. */
export class Ledger {
  readonly #entries: Map<string, ReplicaMemory>
  readonly #file: string
  readonly #files: StateFiles
  readonly #clock: Clock
  readonly #log: Log
  readonly #onChange: () => void
  readonly #writes = new Exclusive()
  /** Replica to the hash of its content in force. */
  #wanted: ReadonlyMap<string, string> = new Map()
  #written = ''

  constructor(entries: Map<string, ReplicaMemory>, { file, files, clock, log, onChange }: LedgerOptions) {
    this.#entries = entries
    this.#file = file
    this.#files = files
    this.#clock = clock
    this.#log = log
    this.#onChange = onChange
  }

  get entries(): ReadonlyMap<string, ReplicaMemory> {
    return this.#entries
  }

  /** The memory of this content; what was remembered of another content under the same id is not it. */
  of(spec: ReplicaSpec): ReplicaMemory {
    const hash = specHash(spec)
    const entry = this.#entries.get(spec.id)
    return entry?.specHash === hash ? entry : freshMemory(hash)
  }

  /** A late change to a content that is no longer wanted is dropped. */
  update(spec: ReplicaSpec, change: (memory: ReplicaMemory) => ReplicaMemory): void {
    if (this.#wanted.get(spec.id) !== specHash(spec)) return
    const before = this.of(spec)
    const after = change(before)
    if (after === before) return
    this.#entries.set(spec.id, after.runtime === spec.runtime ? after : { ...after, runtime: spec.runtime })
    this.#onChange()
  }

  /** Forgets replicas and contents that are no more. @param mayRun whether a replica that is in no spec may run all the same */
  keepOnly(spec: HostSpec, mayRun: (memory: ReplicaMemory) => boolean): void {
    this.#wanted = new Map(spec.replicas.map((replica) => [replica.id, specHash(replica)]))
    for (const [id, memory] of this.#entries) {
      const wanted = this.#wanted.get(id)
      if (wanted === undefined ? !mayRun(memory) : wanted !== memory.specHash) this.#entries.delete(id)
    }
  }

  /** Writes what changed. A full disk costs the counters after the next start of the agent, nothing else. */
  async save(): Promise<void> {
    const clocks = { nowMs: this.#clock.monotonicMs(), nowUnixMs: this.#clock.unixMs() }
    // Compared at a fixed time, so that the mere passing of it is no change.
    const comparable = memoryText(this.#entries, { nowMs: 0, nowUnixMs: 0 })
    if (comparable === this.#written) return
    this.#written = comparable
    const text = memoryText(this.#entries, clocks)
    await this.#writes.run('file', async () => {
      try {
        await this.#files.replace(this.#file, text)
      } catch (error) {
        this.#log.warn('the memory of replicas could not be written', { file: this.#file, problem: messageOf(error) })
      }
    })
  }
}
