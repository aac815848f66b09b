/**
 * Preemption: a replica without a place may take that of replicas of lower priority, which leave through the drain that every replica goes through.
 * Only when nothing is free and nothing is about to be, only from strictly lower priorities, and never more than it needs: so it ends, and
 * nothing preempts what preempted it. Pure.
 */

import type { FleetDraft } from '../fleet/draft.ts'
import { retire } from '../fleet/drain.ts'
import { isInTouch, isReady } from '../fleet/readiness.ts'
import { hostIdsOf, membersOf } from '../gang/members.ts'
import type { Assignment, Revision, Unplaced } from '../model.ts'
import { censusOf } from './census.ts'
import { createReplica, findPlace } from './create.ts'
import { priorityOf } from './priority.ts'

interface Victims {
  readonly hostId: string
  readonly replicas: readonly Assignment[]
  /** Compared from left to right; smaller is better. */
  readonly cost: readonly number[]
}

/** So many replicas of lower priority on one host are tried in every combination; beyond that one after another is spared. */
const mostTriedWholly = 10

/** Makes room for what has no place, if it may. Returns the reasons with what is waited for, or why nobody gives way. */
export const preempt = (draft: FleetDraft, name: string, unplaced: Unplaced): Unplaced => {
  const census = censusOf(draft, name)
  if (census === undefined || census.old.length > 0) return unplaced
  const { target } = census
  const priority = priorityOf(draft, name)
  const says = (...outcomes: readonly Outcome[]): Unplaced => ({ ...unplaced, suggestion: suggestionOf(outcomes, unplaced.suggestion) })
  const weaker = [...draft.assignments].filter(({ deployment }) => priorityOf(draft, deployment) < priority)
  if (weaker.length === 0) return unplaced
  if (target.spec.parallelism.hosts > 1) return says({ kind: 'refused', why: 'a replica over several hosts preempts nobody' })
  const leaving = weaker.filter((one) => isAboutToFree(draft, one))
  // Looking ahead costs a copy of the fleet, which is not made for what can come to nothing.
  if (leaving.length === 0 && cheapest(draft, name, weaker.filter(isRunning)) === undefined) return says(noRoom)
  const ahead = draft.fork()
  for (const one of leaving) ahead.release(one)
  let left = unplaced.count
  while (left > 0 && createReplica(ahead, target).placed) left -= 1
  const waits: readonly Outcome[] = left === unplaced.count ? [] : [{ kind: 'waits', whom: listed(leaving) }]
  const taken = left === 0 ? [] : [takePlaces({ draft, ahead, target, priority, weaker: weaker.filter(isRunning) }, left)]
  // What is waited for is nobody else's: whoever comes later would else take the half of it that is free already, again and again.
  for (const one of ahead.assignmentsOf(name)) if (draft.assignment(one.id) === undefined) draft.keep(one)
  return says(...waits, ...taken)
}

type Outcome =
  | { readonly kind: 'waits'; readonly whom: string }
  /** Would have room there if its spec let it. */
  | { readonly kind: 'forbidden'; readonly place: string }
  | { readonly kind: 'refused'; readonly why: string }

/** What would help, besides what helps those that nobody gives way to. */
const suggestionOf = (outcomes: readonly Outcome[], otherwise: string): string => {
  const whom = outcomes.flatMap((outcome) => (outcome.kind === 'waits' ? [outcome.whom] : []))
  const places = outcomes.flatMap((outcome) => (outcome.kind === 'forbidden' ? [`preemption: lower, to take ${outcome.place}`] : []))
  const why = outcomes.flatMap((outcome) => (outcome.kind === 'refused' ? [`nobody gives way: ${outcome.why}`] : []))
  const help = [...(whom.length === 0 ? [] : [`nothing, it waits for ${whom.join(' and ')} to leave`]), ...places, otherwise].join('; or ')
  return [help, ...why].join('; ')
}

const noRoom: Outcome = { kind: 'refused', why: 'no replicas of lower priority on one host would make room' }

interface Taking {
  readonly draft: FleetDraft
  /** The fleet once all that leaves has left. */
  readonly ahead: FleetDraft
  readonly target: Revision
  readonly priority: number
  readonly weaker: readonly Assignment[]
}

/** What is waited for from now on, or why nothing is taken. */
const takePlaces = ({ draft, ahead, target, priority, weaker }: Taking, count: number): Outcome => {
  const name = target.deployment
  const taken: Assignment[] = []
  for (let left = count; left > 0; left--) {
    const victims = cheapest(
      ahead,
      name,
      weaker.filter((one) => !taken.includes(one)),
    )
    if (victims === undefined) break
    const { hostId, replicas } = victims
    const place = `the place of ${listed(replicas)} on ${draft.hostName(hostId)}`
    if (target.spec.preemption === 'never') return { kind: 'forbidden', place }
    for (const one of replicas) {
      const theirs = priorityOf(draft, one.deployment)
      retire(draft, one, 'preempted', `preempted by ${name}, whose priority ${priority} is above ${theirs} and which has room nowhere else`)
      ahead.release(one)
      taken.push(one)
    }
    createReplica(ahead, target)
    const against = prioritiesOf(draft, replicas)
    draft.addEvent(
      'warning',
      'Preempting',
      `deployment/${name}`,
      `takes ${place}, priority ${priority} against ${against}: no host had room`,
    )
  }
  return taken.length > 0 ? { kind: 'waits', whom: `${listed(taken)}, of lower priority,` } : noRoom
}

const listed = (replicas: readonly Assignment[]): string => {
  const ids = replicas.map(({ id }) => id)
  return `${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ` and ${ids.length - 3} more` : ''}`
}

const prioritiesOf = (draft: FleetDraft, replicas: readonly Assignment[]): string =>
  [...new Set(replicas.map(({ deployment }) => priorityOf(draft, deployment)))].toSorted((a, b) => a - b).join(', ')

const isRunning = ({ stage }: Assignment): boolean => stage === 'starting' || stage === 'serving'

/** On its way out of a host that is in touch: its share comes back by itself. A swap gives it to the successor. */
const isAboutToFree = (draft: FleetDraft, { stage, drainCause, hostId }: Assignment): boolean =>
  (stage === 'draining' || stage === 'stopping') && drainCause !== 'swap' && isInTouch(draft.state.hosts.get(hostId))

/** The smallest set on one host that really makes room: of the lowest priorities, then the fewest, those that serve nobody first. */
const cheapest = (draft: FleetDraft, name: string, weaker: readonly Assignment[]): Victims | undefined => {
  const byHost = Map.groupBy(
    weaker.flatMap((one) => hostIdsOf(one).map((hostId) => ({ hostId, one }))),
    ({ hostId }) => hostId,
  )
  let best: Victims | undefined
  for (const [hostId, entries] of byHost) {
    const candidates = entries.map(({ one }) => one)
    const replicas = smallestOn(draft, name, hostId, candidates)
    if (replicas === undefined) continue
    const found = { hostId, replicas, cost: costOf(draft, replicas) }
    if (best === undefined || isCheaper(draft, found, best)) best = found
  }
  return best
}

const costOf = (draft: FleetDraft, replicas: readonly Assignment[]): readonly number[] => [
  Math.max(...replicas.map(({ deployment }) => priorityOf(draft, deployment))),
  replicas.length,
  replicas.filter((one) => isReady(one, draft.state)).length,
  replicas.reduce((sum, one) => sum + membersOf(one).reduce((gpus, { gpuUuids }) => gpus + gpuUuids.length, 0), 0),
  // The longer it runs, the later it goes.
  -Math.min(...replicas.map(({ createdUnixMs }) => createdUnixMs)),
]

const compare = (a: readonly number[], b: readonly number[]): number => {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

const isCheaper = (draft: FleetDraft, a: Victims, b: Victims): boolean => {
  const order = compare(a.cost, b.cost)
  return order !== 0 ? order < 0 : draft.hostName(a.hostId) < draft.hostName(b.hostId)
}

const smallestOn = (
  draft: FleetDraft,
  name: string,
  hostId: string,
  candidates: readonly Assignment[],
): readonly Assignment[] | undefined => {
  const target = censusOf(draft, name)?.target
  if (target === undefined) return undefined
  const fits = (without: readonly Assignment[]): boolean =>
    findPlace(draft, target, { capacities: draft.capacityWithoutAll(hostId, without), inPlaceOf: without }).placed
  if (!fits(candidates)) return undefined
  const sets = candidates.length <= mostTriedWholly ? subsets(candidates) : [spared(draft, candidates, fits)]
  const costs = sets.map((set) => ({ set, cost: costOf(draft, set) })).toSorted((a, b) => compare(a.cost, b.cost))
  return costs.find(({ set }) => fits(set))?.set
}

/** All but the empty one. */
const subsets = (all: readonly Assignment[]): readonly (readonly Assignment[])[] =>
  Array.from({ length: 2 ** all.length - 1 }, (_, index) => all.filter((_one, bit) => ((index + 1) >> bit) & 1))

/** Spares one after another, the highest priority first, as long as the rest makes room. */
const spared = (draft: FleetDraft, all: readonly Assignment[], fits: (set: readonly Assignment[]) => boolean): readonly Assignment[] => {
  const dearestFirst = all.toSorted((a, b) => compare(costOf(draft, [b]), costOf(draft, [a])))
  let set = all
  for (const one of dearestFirst) {
    const without = set.filter((other) => other !== one)
    if (without.length > 0 && fits(without)) set = without
  }
  return set
}
