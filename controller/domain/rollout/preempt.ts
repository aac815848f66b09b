/**
 * Preemption: a replica without a place may take that of replicas of lower priority, which leave through the drain that every replica goes through.
 * Only when nothing is free and nothing is about to be, only from strictly lower priorities, and never more than it needs: so it ends, and
 * nothing preempts what preempted it. A gang takes all its places or none, and goes as one. Pure.
 */

import type { FleetDraft } from '../fleet/draft.ts'
import { retire } from '../fleet/drain.ts'
import { isInTouch } from '../fleet/readiness.ts'
import { hostIdsOf } from '../gang/members.ts'
import type { Assignment, Revision, Unplaced } from '../model.ts'
import type { HostCapacity } from '../placement/capacity.ts'
import { gpusPerHost } from '../placement/request.ts'
import { censusOf } from './census.ts'
import { createReplica } from './create.ts'
import { cheapestForGang } from './gang-victims.ts'
import { priorityOf } from './priority.ts'
import { cheapest, type Victims } from './victims.ts'

/** Makes room for what has no place, if it may. Returns the reasons with what is waited for, or why nobody gives way. */
export const preempt = (draft: FleetDraft, name: string, unplaced: Unplaced): Unplaced => {
  const census = censusOf(draft, name)
  if (census === undefined || census.old.length > 0) return unplaced
  const { target } = census
  const weaker = weakerThan(draft, priorityOf(draft, name))
  if (weaker.size === 0) return unplaced
  const leaving = [...weaker].flatMap((other) => leavingOf(draft, other))
  const { waiting, takings, left } = draft.ahead(() => look(draft, target, weaker, leaving, unplaced.count))
  const waits: readonly Outcome[] = waiting.length === 0 ? [] : [{ kind: 'waits', whom: listed(leaving) }]
  const outcomes = left === 0 && takings.length === 0 ? waits : [...waits, take(draft, target, takings)]
  // What is waited for is nobody else's: whoever comes later would else take the half of it that is free already, again and again.
  for (const one of [...waiting, ...(mayTake(target) ? takings.flatMap(({ made }) => made) : [])]) draft.keep(one)
  return { ...unplaced, suggestion: suggestionOf(outcomes, unplaced.suggestion) }
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

const mayTake = ({ spec }: Revision): boolean => spec.preemption !== 'never'

/** What was seen while looking ahead. */
interface Ahead {
  /** Replicas for which those that leave anyway make room. */
  readonly waiting: readonly Assignment[]
  readonly takings: readonly Taking[]
  /** Replicas that those that leave anyway make no room for. */
  readonly left: number
}

interface Taking {
  readonly victims: Victims
  /** What stands in their place. */
  readonly made: readonly Assignment[]
}

/** Everything in here is undone. */
const look = (draft: FleetDraft, target: Revision, weaker: ReadonlySet<string>, leaving: readonly Assignment[], count: number): Ahead => {
  const waiting = wait(draft, target, leaving, count)
  const left = count - waiting.length
  if (left > 0) for (const one of leaving) draft.release(one)
  const taken = new Set<Assignment>()
  const takings: Taking[] = []
  const key = `${priorityOf(draft, target.deployment)} ${gpusPerHost(target.spec)} ${target.spec.resources.memoryRequestMiB}`
  const search = { draft, target, key, mayGo: (one: Assignment) => weaker.has(one.deployment) && !taken.has(one) }
  while (takings.length < (mayTake(target) ? left : Math.min(1, left))) {
    const victims = target.spec.parallelism.hosts > 1 ? cheapestForGang(search) : cheapest(search)
    if (victims === undefined) break
    for (const one of victims.replicas) {
      draft.release(one)
      taken.add(one)
    }
    const isGang = target.spec.parallelism.hosts > 1
    takings.push({ victims, made: make(draft, target, 1, () => (isGang ? undefined : draft.capacitiesOn(victims.hostIds))) })
  }
  return { waiting, takings, left }
}

/** As many as there will be room for where these leave; a gang may take hosts that are free as well. */
const wait = (draft: FleetDraft, target: Revision, leaving: readonly Assignment[], most: number): readonly Assignment[] => {
  const onHost = Map.groupBy(
    leaving.flatMap((one) => hostIdsOf(one).map((hostId) => ({ hostId, one }))),
    ({ hostId }) => hostId,
  )
  const needed = gpusPerHost(target.spec)
  return make(draft, target, onHost.size === 0 ? 0 : most, () => {
    const others = target.spec.parallelism.hosts > 1 ? [...draft.capacities()].filter(({ host }) => !onHost.has(host.record.id)) : []
    const theirs = draft
      .capacitiesOn(onHost.keys())
      .map((capacity) => afterLeaving(draft, capacity, onHost.get(capacity.host.record.id) ?? []))
    return [...theirs, ...others].filter(({ freeGpus }) => freeGpus.length >= needed)
  })
}

/** Hosts as they are once what leaves has left: looked up by all that wait in one plan. */
const emptied = new WeakMap<HostCapacity, { readonly ids: string; readonly after: HostCapacity }>()

const afterLeaving = (draft: FleetDraft, capacity: HostCapacity, leaving: readonly { readonly one: Assignment }[]): HostCapacity => {
  const ids = leaving.map(({ one }) => one.id).join(' ')
  const known = emptied.get(capacity)
  if (known?.ids === ids) return known.after
  const [after = capacity] = draft.capacityWithoutAll(
    capacity.host.record.id,
    leaving.map(({ one }) => one),
  )
  emptied.set(capacity, { ids, after })
  return after
}

const make = (draft: FleetDraft, target: Revision, most: number, on: () => readonly HostCapacity[] | undefined): readonly Assignment[] => {
  const before = new Set(draft.assignmentsOf(target.deployment).map(({ id }) => id))
  for (let made = 0; made < most; made++) {
    const capacities = on()
    if (capacities?.length === 0 || !createReplica(draft, target, { capacities }).placed) break
  }
  return draft.assignmentsOf(target.deployment).filter(({ id }) => !before.has(id))
}

/** What is waited for from now on, or why nothing is taken. */
const take = (draft: FleetDraft, target: Revision, takings: readonly Taking[]): Outcome => {
  const name = target.deployment
  const priority = priorityOf(draft, name)
  const taken: Assignment[] = []
  for (const { victims } of takings) {
    const place = `the place of ${listed(victims.replicas)} on ${victims.hostIds.map((hostId) => draft.hostName(hostId)).join(', ')}`
    if (!mayTake(target)) return { kind: 'forbidden', place }
    const against = prioritiesOf(draft, victims.replicas)
    for (const one of victims.replicas) {
      const theirs = priorityOf(draft, one.deployment)
      retire(draft, one, 'preempted', `preempted by ${name}, whose priority ${priority} is above ${theirs} and which has room nowhere else`)
      taken.push(one)
    }
    draft.addEvent(
      'warning',
      'Preempting',
      `deployment/${name}`,
      `takes ${place}, priority ${priority} against ${against}: no host had room`,
    )
  }
  if (taken.length > 0) return { kind: 'waits', whom: `${listed(taken)}, of lower priority,` }
  const where = target.spec.parallelism.hosts > 1 ? `on ${target.spec.parallelism.hosts} hosts together` : 'on one host'
  return { kind: 'refused', why: `no replicas of lower priority ${where} would make room` }
}

const listed = (replicas: readonly Assignment[]): string => {
  const ids = replicas.map(({ id }) => id)
  return `${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ` and ${ids.length - 3} more` : ''}`
}

const prioritiesOf = (draft: FleetDraft, replicas: readonly Assignment[]): string =>
  [...new Set(replicas.map(({ deployment }) => priorityOf(draft, deployment)))].toSorted((a, b) => a - b).join(', ')

/** Deployments of strictly lower priority that have replicas. */
const weakerThan = (draft: FleetDraft, priority: number): ReadonlySet<string> =>
  new Set(
    [...draft.deployments]
      .map(({ name }) => name)
      .filter((name) => priorityOf(draft, name) < priority && draft.assignmentsOf(name).length > 0),
  )

const leavingOf = (draft: FleetDraft, name: string): readonly Assignment[] =>
  draft.remember(name, leavingOf, () => draft.assignmentsOf(name).filter((one) => isAboutToFree(draft, one)))

/** On its way out of hosts that are in touch: its share comes back by itself. A swap gives it to the successor. */
const isAboutToFree = (draft: FleetDraft, one: Assignment): boolean =>
  (one.stage === 'draining' || one.stage === 'stopping') &&
  one.drainCause !== 'swap' &&
  hostIdsOf(one).every((hostId) => isInTouch(draft.state.hosts.get(hostId)))
