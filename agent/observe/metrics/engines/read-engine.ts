import { parseLabels, readExposition } from '../../../../shared/metrics/parse-exposition.ts'
import { llamacpp } from './llamacpp.ts'
import { sglang } from './sglang.ts'
import { vllm } from './vllm.ts'
import type { Distribution, EngineVocabulary, Scalar } from './vocabulary.ts'

/** A histogram as the engine has it, its label values added up. */
export interface Reading {
  sum: number
  count: number
  /** Upper bounds as the engine writes them, with the observations up to each; empty where the engine has no buckets. */
  readonly buckets: Map<string, number>
}

/** An engine's figures in our words. */
export interface EngineReading {
  /** The vocabulary that its names are of; empty when none was known. */
  engine: string
  readonly scalars: Partial<Record<Scalar, number>>
  readonly distributions: Partial<Record<Distribution, Reading>>
}

type Part = 'bucket' | 'sum' | 'count'
type Target = { readonly engine: string; readonly rank: number } & (
  | { readonly kind: 'scalar'; readonly ours: Scalar; readonly over: 'sum' | 'max' }
  | { readonly kind: 'part'; readonly ours: Distribution; readonly part: Part }
)

export const vocabularies: readonly EngineVocabulary[] = [vllm, sglang, llamacpp]

/** By sample name. The engines' prefixes differ, so a custom engine that is one of these is understood too. */
const targets = new Map<string, Target[]>()
const aim = (name: string, target: Target): void => {
  targets.set(name, [...(targets.get(name) ?? []), target])
}
for (const { engine, rows } of vocabularies) {
  for (const [rank, row] of rows.entries()) {
    if (row.over === 'sum' || row.over === 'max') aim(row.theirs, { kind: 'scalar', engine, rank, ours: row.ours, over: row.over })
    else if (row.over === 'pair') {
      aim(row.theirs[0], { kind: 'part', engine, rank, ours: row.ours, part: 'sum' })
      aim(row.theirs[1], { kind: 'part', engine, rank, ours: row.ours, part: 'count' })
    } else if (row.over === 'histogram')
      for (const part of ['bucket', 'sum', 'count'] as const)
        aim(`${row.theirs}_${part}`, { kind: 'part', engine, rank, ours: row.ours, part })
  }
}

const repeated = /(?:^|,)\s*(?:tp_rank|pp_rank)="(?!0")/
const bound = /(?:^|,)\s*le="([^"]*)"/

/** As TYPE lines name them: of counters some engines leave _total out there. */
const metrics = new Set(
  vocabularies.flatMap(({ rows }) => rows.flatMap(({ theirs }) => theirs)).flatMap((name) => [name, name.replace(/_total$/, '')]),
)
const wanted = { sample: (name: string) => targets.has(name), metric: (name: string) => metrics.has(name) }

/**
 * Reads the text of an engine's /metrics. Names of no known engine are passed over; of two names for one figure the newer counts.
 * Pure.
 */
export const readEngine = (text: string): EngineReading => {
  const reading: EngineReading = { engine: '', scalars: {}, distributions: {} }
  const ranks = new Map<string, number>()
  readExposition(text, wanted, (name, labels, value) => {
    if (repeated.test(labels) || Number.isNaN(value)) return
    for (const target of targets.get(name) ?? []) {
      reading.engine ||= target.engine
      const rank = ranks.get(target.ours)
      if (rank !== undefined && rank < target.rank) continue
      if (rank === undefined || target.rank < rank) {
        ranks.set(target.ours, target.rank)
        if (target.kind === 'scalar') delete reading.scalars[target.ours]
        else reading.distributions[target.ours] = { sum: 0, count: 0, buckets: new Map() }
      }
      if (target.kind === 'scalar') addScalar(reading, target.ours, target.over, value)
      else addPart(reading.distributions[target.ours], target.part, labels, value)
    }
  })
  return reading
}

const addScalar = ({ scalars }: EngineReading, ours: Scalar, over: 'sum' | 'max', value: number): void => {
  const before = scalars[ours]
  scalars[ours] = before === undefined ? value : over === 'sum' ? before + value : Math.max(before, value)
}

const addPart = (into: Reading | undefined, part: Part, labels: string, value: number): void => {
  if (!into) return
  if (part !== 'bucket') {
    into[part] += value
    return
  }
  const le = bound.exec(labels)?.[1] ?? parseLabels(labels).le
  if (le !== undefined && le !== '+Inf') into.buckets.set(le, (into.buckets.get(le) ?? 0) + value)
}
