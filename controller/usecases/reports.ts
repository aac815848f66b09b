import type { FaultReport, ReportSummary } from '../../shared/diagnosis/report.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { Exclusive } from '../../shared/lifecycle/exclusive.ts'
import { summaryOf } from '../domain/report/assemble.ts'
import { type ReportBounds, surplusReports } from '../domain/report/surplus.ts'
import type { ReportChange, ReportEntry, ReportStore, StandingFault } from '../store/report-store.ts'

export interface ReportQuery {
  /** 0: all. */
  readonly limit: number
  /** Empty: any. */
  readonly subject: string
  readonly host: string
}

/** The fault reports that are kept: bounded, listed from memory, read from the store. */
export class Reports {
  readonly #store: ReportStore
  readonly #bounds: ReportBounds
  readonly #exclusive = new Exclusive()
  readonly #entries: Map<string, ReportEntry>
  readonly #standing: Map<string, StandingFault>

  private constructor(store: ReportStore, bounds: ReportBounds, entries: readonly ReportEntry[], standing: readonly StandingFault[]) {
    this.#store = store
    this.#bounds = bounds
    this.#entries = new Map(entries.map((entry) => [entry.summary.id, entry]))
    this.#standing = new Map(standing.map((fault) => [fault.id, fault]))
  }

  static async open(store: ReportStore, bounds: ReportBounds): Promise<Reports> {
    return new Reports(store, bounds, await store.entries(), await store.standing())
  }

  /** Newest first. */
  list({ limit, subject, host }: ReportQuery): readonly ReportSummary[] {
    const found = [...this.#entries.values()]
      .map(({ summary }) => summary)
      .filter((summary) => (subject === '' || summary.subject === subject) && (host === '' || summary.hosts.includes(host)))
      .toSorted((a, b) => b.atUnixMs - a.atUnixMs || (a.id < b.id ? 1 : -1))
    return limit === 0 ? found : found.slice(0, limit)
  }

  /** The report as JSON. `latest` is the newest one. Throws NOT_FOUND. */
  async document(id: string): Promise<string> {
    const wanted = id === 'latest' ? this.list({ limit: 1, subject: '', host: '' })[0]?.id : id
    const document = wanted === undefined ? undefined : await this.#store.document(wanted)
    if (document !== undefined) return document
    throw new HostlerError(
      'NOT_FOUND',
      `there is no report ${id}${id === 'latest' ? '' : '; it may have been pruned'}. See: hostler report list`,
    )
  }

  has(id: string): boolean {
    return this.#entries.has(id)
  }

  standing(id: string): StandingFault | undefined {
    return this.#standing.get(id)
  }

  /** What the last diagnosis by schedule found, of each host and subject; also where it found nothing. */
  standingFaults(): readonly StandingFault[] {
    return [...this.#standing.values()]
  }

  /** Stores a report, what stands since then, or both; gives up the oldest reports for it. Throws STORE_FULL, STORE_FAILED. */
  async keep({ report, standing }: { readonly report?: FaultReport; readonly standing?: StandingFault }): Promise<void> {
    await this.#exclusive.run('reports', async () => {
      const document = report && JSON.stringify(report)
      const put = report && document && { document, entry: { summary: summaryOf(report), bytes: Buffer.byteLength(document) } }
      const entries = [...this.#entries.values(), ...(put ? [put.entry] : [])]
      const kept = entries.map(({ summary: { id, atUnixMs }, bytes }) => ({ id, atUnixMs, bytes }))
      await this.#change({ put: put || undefined, standing, remove: surplusReports(kept, this.#bounds) })
    })
  }

  /** Removes those of these ids, or those made before a moment; says how many. Throws NOT_FOUND when an id is not there. */
  async prune({ ids, olderThanUnixMs }: { readonly ids: readonly string[]; readonly olderThanUnixMs: number }): Promise<number> {
    return this.#exclusive.run('reports', async () => {
      const missing = ids.filter((id) => !this.#entries.has(id))
      if (missing.length > 0) throw new HostlerError('NOT_FOUND', `there is no report ${missing.join(' or ')}; see: hostler report list`)
      const old = [...this.#entries.values()].filter(({ summary }) => summary.atUnixMs < olderThanUnixMs).map(({ summary }) => summary.id)
      const remove = [...new Set([...ids, ...old])]
      await this.#change({ remove })
      return remove.length
    })
  }

  async #change(change: ReportChange): Promise<void> {
    await this.#store.change(change)
    const { put, remove = [], standing } = change
    if (put) this.#entries.set(put.entry.summary.id, put.entry)
    for (const id of remove) this.#entries.delete(id)
    if (standing) this.#standing.set(standing.id, standing)
  }
}
