/** What is done about an engine that ran out of GPU memory. Pure. */
import type { ReplicaSpec } from '../../../shared/fleet/replica.ts'
import { engineOf } from '../../diagnose/engine-log/flags.ts'
import { isShell } from '../../diagnose/engine-log/launch-words.ts'
import type { Change } from '../../diagnose/engine-log/moves.ts'
import { type ForeignHolder, type Remedy, remedyOf } from '../../diagnose/engine-log/remedy.ts'
import type { OomReport } from '../../diagnose/engine-log/report.ts'
import { adjustedSpec, afterChange, afterOom, inForce, mostAtStart, noOom, type OomMemory, wordsOf } from './memory.ts'

export interface OomCase {
  readonly spec: ReplicaSpec
  readonly report: OomReport
  readonly foreign: readonly ForeignHolder[]
  readonly memory: OomMemory | undefined
  readonly wasReady: boolean
  readonly nowUnixMs: number
}

export interface OomDecision {
  readonly memory: OomMemory
  readonly remedy: Remedy
  /** Taken now, for the next start; empty: the operator is told only. */
  readonly taken: readonly Change[]
  /** The same launch would only end in the same way: it is not started again. */
  readonly giveUp: boolean
}

/** The spec is asked for its engine once more: `custom` runs engines that are known, too. */
export const engineOfSpec = ({ engine, command, args }: ReplicaSpec): string => engineOf(engine, [...command, ...args])

/** One step at most. With onOOM: adjust it is taken; it never turns back what an earlier step did, so steps come to an end. */
export const decide = ({ spec, report, foreign, memory = noOom, wasReady, nowUnixMs }: OomCase): OomDecision => {
  const words = wordsOf(adjustedSpec(spec, memory))
  const remedy = remedyOf({ report, words, foreign, before: inForce(spec, memory) })
  if (remedy.kind === 'change' && spec.onOom === 'adjust' && !isShell(words)) {
    return { memory: afterChange(memory, remedy.changes, report.phase, nowUnixMs), remedy, taken: remedy.changes, giveUp: false }
  }
  const after = afterOom(memory, wasReady)
  // Somebody else's memory may be freed at any time, so that one is worth another start.
  return { memory: after, remedy, taken: [], giveUp: remedy.kind !== 'foreign' && after.atStart >= mostAtStart }
}
