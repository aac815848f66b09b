/** From a report of an OOM to one concrete change. Pure. */
import { engineKnobs } from './flags.ts'
import type { LaunchWords } from './launch-words.ts'
import { type Change, contextDown, fractionDown, fractionTo, fractionUp, halved, lengthDown, type Move, segments } from './moves.ts'
import type { OomReport } from './report.ts'

/** A process that is not the replica's own and holds memory of the GPU. */
export interface ForeignHolder {
  readonly pid: number
  readonly process: string
  /** Empty: it is in no container. */
  readonly container: string
  readonly usedMiB: number
}

export interface RemedyInput {
  readonly report: OomReport
  readonly words: LaunchWords
  /** Of the GPU that ran out. */
  readonly foreign: readonly ForeignHolder[]
  /** What was changed before, oldest first: no flag is ever turned back. */
  readonly before: readonly Change[]
}

export type Remedy =
  /** Taken together as one step; the first is the one to name. */
  | { readonly kind: 'change'; readonly changes: readonly [Change, ...Change[]] }
  /** The weights do not fit: at least so much is missing on each GPU; 0: the log does not tell. */
  | { readonly kind: 'weights'; readonly missingMiB: number }
  /** Somebody else holds the memory; nothing of ours is changed. */
  | { readonly kind: 'foreign'; readonly holders: readonly ForeignHolder[]; readonly heldMiB: number }
  /** Every change that could help was taken. */
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'unknown-engine' }

/** A driver and its context take this much without any process. */
const driverMiB = 2_048
const noticeableMiB = 512

const heldByOthers = ({ report: { figures }, foreign }: RemedyInput): Extract<Remedy, { kind: 'foreign' }> | undefined => {
  const heldMiB = foreign.reduce((sum, { usedMiB }) => sum + usedMiB, 0)
  const shortMiB = Math.max(0, (figures.triedMiB ?? 0) - (figures.freeMiB ?? 0))
  if (heldMiB >= noticeableMiB && heldMiB >= Math.min(shortMiB, driverMiB)) return { kind: 'foreign', holders: foreign, heldMiB }
  // At an engine's start nothing of its own is on the GPU yet.
  const { utilization, freeMiB, capacityMiB } = figures
  if (utilization === undefined || freeMiB === undefined || capacityMiB === undefined) return undefined
  const takenMiB = Math.round(capacityMiB - freeMiB)
  return takenMiB > driverMiB ? { kind: 'foreign', holders: foreign, heldMiB: takenMiB } : undefined
}

/** What to try, in this order, by engine and phase. */
const movesOf = (engine: string, { phase, advice, figures }: OomReport): readonly Move[] => {
  if (engine === 'llamacpp') return [contextDown]
  if (engine === 'vllm') {
    if (phase === 'load') return [fractionTo((figures.freeMiB ?? 0) / (figures.capacityMiB ?? 1))]
    if (phase === 'kv-cache') return [lengthDown, fractionUp]
    return [segments, halved('sequences'), fractionDown]
  }
  if (engine === 'sglang') {
    if (phase === 'kv-cache') return [fractionUp, lengthDown]
    if (phase === 'graph-capture') return [segments, halved('graphs'), fractionDown, halved('sequences')]
    if (advice === 'fewer-sequences') return [halved('sequences'), fractionDown]
    if (advice === 'fewer-tokens') return [halved('tokens'), fractionDown]
    return [segments, halved('sequences', 'given'), fractionDown, halved('sequences')]
  }
  if (phase === 'kv-cache') return [fractionDown, lengthDown]
  if (advice === 'fewer-tokens') return [halved('tokens'), halved('sequences'), fractionDown]
  return [segments, halved('sequences'), fractionDown]
}

/** The one change to make, or why there is none. The same input gives the same remedy. */
export const remedyOf = (input: RemedyInput): Remedy => {
  const { report, words, before } = input
  const held = heldByOthers(input)
  if (held) return held
  const knobs = engineKnobs[report.engine]
  const { figures } = report
  const startsTooFull = report.advice === 'lower-memory-fraction' && figures.utilization !== undefined
  if (report.phase === 'load' && !startsTooFull)
    return { kind: 'weights', missingMiB: Math.max(0, Math.ceil((figures.triedMiB ?? 0) - (figures.freeMiB ?? 0))) }
  if (!knobs) return { kind: 'unknown-engine' }
  for (const move of movesOf(report.engine, report)) {
    const [first, ...more] = move({ knobs, words, figures, before })
    if (first) return { kind: 'change', changes: [first, ...more] }
  }
  return { kind: 'exhausted' }
}
