/** What the agent remembers of a replica that ran out of GPU memory, and how that grows. Pure. */
import type { Adjustment, ReplicaSpec } from '../../../shared/fleet/replica.ts'
import { withChanges } from '../../diagnose/engine-log/apply.ts'
import type { LaunchWords } from '../../diagnose/engine-log/launch-words.ts'
import type { Change } from '../../diagnose/engine-log/moves.ts'

/** A change that was taken. */
export interface TakenChange extends Change {
  /** The phase in which memory had run out. */
  readonly cause: string
  readonly atUnixMs: number
  /** A replica became ready with it and stayed so. */
  readonly held: boolean
}

export interface OomMemory {
  /** Oldest first. */
  readonly taken: readonly TakenChange[]
  /** Times in a row that it ran out before it was ready, without a change between. */
  readonly atStart: number
}

export const noOom: OomMemory = { taken: [], atStart: 0 }

/** Starts that run out in the same way are given up after so many: the same launch gives the same end. */
export const mostAtStart = 3

export const wordsOf = ({ command, args, env }: ReplicaSpec): LaunchWords => ({ command, args, env })

/** The changes that are in force. A spec that says `report` is launched as it stands, whatever was taken before. */
export const inForce = (spec: ReplicaSpec, oom: OomMemory | undefined): readonly TakenChange[] =>
  spec.onOom === 'adjust' ? (oom?.taken ?? []) : []

/** What is really launched. Its identity stays that of the spec, so that a later agent finds the engine current. */
export const adjustedSpec = (spec: ReplicaSpec, oom: OomMemory | undefined): ReplicaSpec => {
  const changes = inForce(spec, oom)
  return changes.length === 0 ? spec : { ...spec, ...withChanges(wordsOf(spec), changes) }
}

/** It ran out again, and this is changed for the next start. */
export const afterChange = (oom: OomMemory, changes: readonly Change[], cause: string, atUnixMs: number): OomMemory => ({
  taken: [...oom.taken, ...changes.map((change) => ({ ...change, cause, atUnixMs, held: false }))],
  atStart: 0,
})

/** It ran out, and nothing was changed. */
export const afterOom = (oom: OomMemory, wasReady: boolean): OomMemory => ({ ...oom, atStart: wasReady ? 0 : oom.atStart + 1 })

/** It has been ready for long enough. */
export const afterHolding = (oom: OomMemory): OomMemory => ({ taken: oom.taken.map((change) => ({ ...change, held: true })), atStart: 0 })

export const adjustmentsOf = (changes: readonly TakenChange[]): readonly Adjustment[] =>
  changes.map(({ name, from, to, cause, atUnixMs, held }) => ({ flag: name, from, to, cause, atUnixMs, held }))
