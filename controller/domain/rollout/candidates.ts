/** What runs on a host and might give way, with what it weighs; looked up once for all that ask in one plan. Pure. */
import type { FleetDraft } from '../fleet/draft.ts'
import { isReady } from '../fleet/readiness.ts'
import { memberOn, membersOf } from '../gang/members.ts'
import type { Assignment } from '../model.ts'
import type { HostCapacity } from '../placement/capacity.ts'

export interface Weight {
  /** 1: it serves. */
  readonly ready: number
  /** Of all its members. */
  readonly gpus: number
}

export interface Candidate extends Weight {
  readonly one: Assignment
  readonly gpusHere: number
  readonly memoryMiBHere: number
}

/** An assignment never changes, and what is seen of it not within one plan. */
const weights = new WeakMap<FleetDraft, WeakMap<Assignment, Weight>>()
/** A host in which anything changes has another capacity. */
const known = new WeakMap<HostCapacity, readonly Candidate[]>()

export const weightOf = (draft: FleetDraft, one: Assignment): Weight => {
  let ofDraft = weights.get(draft)
  if (ofDraft === undefined) {
    ofDraft = new WeakMap()
    weights.set(draft, ofDraft)
  }
  let weight = ofDraft.get(one)
  if (weight === undefined) {
    weight = { ready: isReady(one, draft.state) ? 1 : 0, gpus: membersOf(one).reduce((sum, { gpuUuids }) => sum + gpuUuids.length, 0) }
    ofDraft.set(one, weight)
  }
  return weight
}

/** Those that start or serve there. */
export const candidatesOn = (draft: FleetDraft, capacity: HostCapacity): readonly Candidate[] => {
  const found = known.get(capacity)
  if (found !== undefined) return found
  const hostId = capacity.host.record.id
  const candidates = draft.assignmentsOn(hostId).flatMap((one): readonly Candidate[] => {
    const member = one.stage === 'starting' || one.stage === 'serving' ? memberOn(one, hostId) : undefined
    if (member === undefined) return []
    return [{ one, ...weightOf(draft, one), gpusHere: member.gpuUuids.length, memoryMiBHere: member.memoryMiB }]
  })
  known.set(capacity, candidates)
  return candidates
}
