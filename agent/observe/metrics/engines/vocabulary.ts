/** What Hostler knows of an engine's figures, whatever the engine calls them. */
export const scalars = ['running', 'waiting', 'kvCacheUsage', 'promptTokens', 'generatedTokens', 'finished', 'preemptions'] as const
export const distributions = ['timeToFirstToken', 'interTokenLatency', 'duration'] as const
export type Scalar = (typeof scalars)[number]
export type Distribution = (typeof distributions)[number]

/** One name of an engine for one of our figures. */
export type Row =
  | {
      readonly ours: Scalar
      readonly theirs: string
      /** Over the engine's ranks and label values: counts add up, and of shares the fullest decides. */
      readonly over: 'sum' | 'max'
      /** Versions that have this name. */
      readonly versions: string
    }
  /** A histogram: `theirs` with _bucket, _sum and _count. */
  | { readonly ours: Distribution; readonly theirs: string; readonly over: 'histogram'; readonly versions: string }
  /** Two counters of which one is the time and the other the number. */
  | {
      readonly ours: Distribution
      readonly theirs: readonly [sum: string, count: string]
      readonly over: 'pair'
      readonly versions: string
    }

export interface EngineVocabulary {
  readonly engine: string
  /** Where the names were read, and when; each has a sample in test/fixtures/engine-metrics. */
  readonly sources: readonly { readonly version: string; readonly read: string; readonly where: string; readonly sample: string }[]
  /** Of two names for the same figure the one that stands first counts, so newer names come first. */
  readonly rows: readonly Row[]
}
