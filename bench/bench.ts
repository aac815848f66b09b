/** What one run of a bench is asked to do. */
export interface BenchRun {
  /** Rounds whose median counts; undefined: the bench's own number. */
  readonly rounds: number | undefined
  /** Length of one measurement; undefined: the bench's own. */
  readonly seconds: number | undefined
  /** Parts of the bench to run; empty: all. */
  readonly parts: readonly string[]
  /** Where Hostler's own processes leave CPU profiles; undefined: they take none. Figures of such a run are too high. */
  readonly profileDirectory: string | undefined
  /** A directory of this run alone, inside the checkout, removed afterwards. */
  readonly directory: string
  readonly signal: AbortSignal
  /** Tells what happens now. */
  readonly say: (text: string) => void
}

/** Numbers by name, the unit in the name: cpuMicrosPerRequest, rssMiB. What has "Vs" in it is ours over the peer's. */
export type Figures = Readonly<Record<string, number>>

export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface BenchResult {
  readonly title: string
  readonly figures: Figures
  readonly tables: readonly Table[]
  /** What a reader has to know to read the figures right. */
  readonly notes: readonly string[]
}

export interface Bench {
  readonly name: string
  readonly summary: string
  readonly parts: readonly string[]
  /** Measures. Rejects when anything went wrong: a figure of a run that failed somewhere is worth nothing. */
  readonly measure: (run: BenchRun) => Promise<BenchResult>
}

/** Whether a part of a bench is asked for. */
export const isAsked = (run: BenchRun, part: string): boolean => run.parts.length === 0 || run.parts.includes(part)
