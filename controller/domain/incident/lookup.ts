/** Finds the events that a rule may speak of without looking at all of them: a report of many hosts has tens of thousands. Pure. */
import type { EventClass } from './event-class.ts'
import type { Observed } from './observed.ts'
import type { Placement } from './placement.ts'
import type { Relation } from './relation.ts'

type Lists = ReadonlyMap<string, readonly Observed[]>

export interface Lookup {
  /** In order of time, and more than those that are related: where they can be. */
  candidates(eventClass: EventClass, relation: Relation, effect: Observed): readonly (readonly Observed[])[]
  /** In order of time. */
  ofClass(eventClass: EventClass): readonly Observed[]
}

const none: readonly Observed[] = []

const hostsOfDeployments = (placement: Placement): ReadonlyMap<string, ReadonlySet<string>> => {
  const hosts = new Map<string, Set<string>>()
  for (const { deployment, host } of placement.values()) hosts.set(deployment, (hosts.get(deployment) ?? new Set()).add(host))
  return hosts
}

export const lookupOf = (observed: readonly Observed[], placement: Placement): Lookup => {
  const byClass: Lists = Map.groupBy(observed, (one) => one.class)
  const byHost: Lists = Map.groupBy(observed, (one) => `${one.class} ${one.event.host}`)
  const byDeployment: Lists = Map.groupBy(observed, (one) => `${one.class} ${one.touched.deployment}`)
  const gangs = hostsOfDeployments(placement)
  const onHost = (eventClass: EventClass, host: string) => byHost.get(`${eventClass} ${host}`) ?? none

  const onGang = (eventClass: EventClass, { event, touched }: Observed) =>
    [...new Set([event.host, ...(gangs.get(touched.deployment) ?? [])])].map((host) => onHost(eventClass, host))

  return {
    ofClass: (eventClass) => byClass.get(eventClass) ?? none,
    candidates: (eventClass, relation, effect) => {
      switch (relation) {
        case 'same-deployment':
          return effect.touched.deployment === '' ? [] : [byDeployment.get(`${eventClass} ${effect.touched.deployment}`) ?? none]
        case 'gpu-of-gang':
        case 'host-of-gang':
          return onGang(eventClass, effect)
        case 'same-gpu':
        case 'same-host':
        case 'same-replica':
          return [onHost(eventClass, effect.event.host)]
      }
    },
  }
}

/** The position of the first event that is not before a moment. */
export const firstFrom = (events: readonly Observed[], unixMs: number): number => {
  let [low, high] = [0, events.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((events[middle]?.event.atUnixMs ?? 0) < unixMs) low = middle + 1
    else high = middle
  }
  return low
}
