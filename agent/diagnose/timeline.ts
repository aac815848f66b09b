import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { type TimelineEvent, timelineEvent } from '../../shared/diagnosis/timeline.ts'
import { writeFileAtomic } from '../../shared/lifecycle/atomic-file.ts'
import type { Log } from '../../shared/log/log.ts'

const keepMs = 7 * 24 * 3_600_000
const mostEvents = 2_000
const longestLine = 500

const timelineFile = z.strictObject({ format: z.literal(1), events: z.array(timelineEvent) })

const load = async (file: string): Promise<readonly TimelineEvent[]> => {
  const text = await readFile(file, 'utf8').catch(() => '')
  if (text === '') return []
  try {
    return timelineFile.parse(JSON.parse(text)).events
  } catch {
    // Written by another version, or torn: what happened since the boot is in the kernel's log again.
    return []
  }
}

const sameEvent = (a: TimelineEvent, b: TimelineEvent): boolean =>
  a.code === b.code && a.subject === b.subject && a.line === b.line && Math.abs(a.atUnixMs - b.atUnixMs) < 2_000

/** What happened on this host in the past week, whoever saw it; bounded, and kept over a restart of the agent. */
export class Timeline {
  readonly #file: string
  readonly #log: Log
  readonly #listeners = new Set<(event: TimelineEvent) => void>()
  #events: TimelineEvent[]
  #dirty = false

  private constructor(file: string, events: readonly TimelineEvent[], log: Log) {
    this.#file = file
    this.#events = [...events]
    this.#log = log
  }

  static async open(file: string, log: Log): Promise<Timeline> {
    return new Timeline(file, await load(file), log)
  }

  /** Takes an event in unless it is known: the kernel's log is read from its beginning at each start. True when it was new. */
  add(event: TimelineEvent): boolean {
    const bounded = { ...event, line: event.line.slice(0, longestLine) }
    if (this.#events.some((known) => sameEvent(known, bounded))) return false
    const after = this.#events.findLastIndex(({ atUnixMs }) => atUnixMs <= bounded.atUnixMs)
    this.#events.splice(after + 1, 0, bounded)
    const newest = this.#events.at(-1)?.atUnixMs ?? 0
    const first = this.#events.findIndex(({ atUnixMs }) => atUnixMs >= newest - keepMs)
    const surplus = Math.max(first, this.#events.length - mostEvents)
    if (surplus > 0) this.#events = this.#events.slice(surplus)
    this.#dirty = true
    for (const listener of this.#listeners) listener(bounded)
    return true
  }

  /** Oldest first. */
  between(fromUnixMs: number, toUnixMs: number): readonly TimelineEvent[] {
    return this.#events.filter(({ atUnixMs }) => atUnixMs >= fromUnixMs && atUnixMs <= toUnixMs)
  }

  /** Calls back for each new event. Returns what ends it. */
  onEvent(listener: (event: TimelineEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Writes what is new. Never rejects: a timeline that cannot be kept is still one. */
  async save(): Promise<void> {
    if (!this.#dirty) return
    this.#dirty = false
    try {
      await writeFileAtomic(this.#file, JSON.stringify({ format: 1, events: this.#events }), { mode: 0o600 })
    } catch (error) {
      this.#dirty = true
      this.#log.warn('timeline not written', { file: this.#file, error })
    }
  }
}
