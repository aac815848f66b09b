import { happened } from '../../../shared/diagnosis/found.ts'
import type { TimelineEvent } from '../../../shared/diagnosis/timeline.ts'
import type { KernelEvent } from '../patterns/kernel/fact.ts'
import { kernelFactOf, withoutIdentities } from '../patterns/kernel-lines.ts'

/** What the agent knows that the kernel's line does not say. Both are empty where nothing is known. */
export interface Whose {
  /** @param bus in the kernel's form */
  gpuAt(bus: string): string
  replicaOf(container: string, cgroup: string): string
}

export interface KernelLine {
  readonly text: string
  readonly fragment: boolean
  readonly atUnixMs: number
}

interface Waiting {
  readonly event: Extract<KernelEvent, { code: 'kernel.oom-kill' }>
  readonly line: KernelLine
}

/** The same thing again within this is the same event: drivers repeat themselves a thousand times a second. */
const repeatMs = 1_000
const mostRemembered = 500

/**
 * Turns kernel lines into events. It remembers a little: which GPU the driver named for a bus, an oom-kill whose victim's figures come in
 * the next line, and what was just told. Given the same lines it gives the same events.
 */
export class KernelEventReader {
  readonly #whose: Whose
  readonly #uuidOfBus = new Map<string, string>()
  readonly #toldMs = new Map<string, number>()
  #waiting: Waiting | undefined
  #fragment = ''
  #repeated = 0

  constructor(whose: Whose) {
    this.#whose = whose
  }

  /** Events that were told again too soon to count. */
  get repeated(): number {
    return this.#repeated
  }

  take(line: KernelLine): TimelineEvent[] {
    const fact = kernelFactOf(line.text) ?? this.#joined(line)
    this.#fragment = fact || !line.fragment ? '' : line.text
    if (fact?.kind === 'gpu') this.#uuidOfBus.set(fact.bus, fact.uuid)
    if (fact?.kind === 'victim') return this.#victim(fact.pid, fact.process, fact.scope, fact.anonMiB, line)
    if (fact?.kind !== 'event') return []
    if (fact.event.code !== 'kernel.oom-kill') return this.#tell(fact.event, line)
    const before = this.flush()
    this.#waiting = { event: fact.event, line }
    return before
  }

  /** An oom-kill whose second line never came, because the log ended between the two. */
  flush(): TimelineEvent[] {
    const waiting = this.#waiting
    this.#waiting = undefined
    return waiting ? this.#tell(waiting.event, waiting.line) : []
  }

  #joined({ text, fragment }: KernelLine): ReturnType<typeof kernelFactOf> {
    return fragment && this.#fragment !== '' ? kernelFactOf(this.#fragment + text) : undefined
  }

  #victim(pid: number, process: string, scope: string, anonMiB: number, line: KernelLine): TimelineEvent[] {
    const waiting = this.#waiting
    if (waiting?.event.params.pid === pid) {
      this.#waiting = undefined
      return this.#tell({ ...waiting.event, params: { ...waiting.event.params, anonMiB } }, waiting.line)
    }
    const params = { scope, process, pid, cgroup: '', container: '', replica: '', anonMiB }
    return [...this.flush(), ...this.#tell({ code: 'kernel.oom-kill', subject: 'host', params }, line)]
  }

  #tell(event: KernelEvent, { text, atUnixMs }: KernelLine): TimelineEvent[] {
    const whose = this.#named(event)
    const key = `${whose.code} ${whose.subject} ${'code' in whose.params ? whose.params.code : ''}${'pid' in whose.params ? whose.params.pid : ''}`
    const before = this.#toldMs.get(key)
    if (before !== undefined && Math.abs(atUnixMs - before) < repeatMs) {
      this.#repeated += 1
      return []
    }
    if (this.#toldMs.size >= mostRemembered) this.#toldMs.clear()
    this.#toldMs.set(key, atUnixMs)
    const { code, subject, params } = whose
    return [happened<typeof code>(code, { atUnixMs, source: 'kernel', subject, params, line: withoutIdentities(text) })]
  }

  #named(event: KernelEvent): KernelEvent {
    if (event.code === 'kernel.xid') {
      const gpuUuid = this.#whose.gpuAt(event.params.bus) || (this.#uuidOfBus.get(event.params.bus) ?? '')
      return gpuUuid === '' ? event : { ...event, subject: `gpu/${gpuUuid}`, params: { ...event.params, gpuUuid } }
    }
    if (event.code === 'kernel.oom-kill') {
      const replica = this.#whose.replicaOf(event.params.container, event.params.cgroup)
      return replica === '' ? event : { ...event, subject: `replica/${replica}`, params: { ...event.params, replica } }
    }
    return event
  }
}
