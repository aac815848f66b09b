/** For each event the one that caused it, if any: the strongest rule, then the earliest event. Pure. */
import type { EventClass } from './event-class.ts'
import { type DoubtMs, doubtBetween, latestCauseUnixMs, type Observed } from './observed.ts'
import type { Placement } from './placement.ts'
import { related } from './relation.ts'
import { type CausalRule, causalRules, repeatsWithinMs } from './rules.ts'

export interface ParentOptions {
  readonly observed: readonly Observed[]
  readonly placement: Placement
  readonly doubtMs: DoubtMs
}

/** By position in the timeline. */
export type Parents = ReadonlyMap<number, Observed>

export const rulesTo = (effect: EventClass): readonly CausalRule[] => causalRules.filter(({ effects }) => effects.includes(effect))

/** An event may be its own cause's elder by no more than the clocks are in doubt; of two that are told at once, the rule decides. */
const precedes = (cause: Observed, effect: Observed, doubtMs: DoubtMs): boolean =>
  cause.event.atUnixMs - latestCauseUnixMs(effect) <= doubtBetween(cause.event, effect.event, doubtMs)

const byClass = (observed: readonly Observed[]): ReadonlyMap<EventClass, readonly Observed[]> => Map.groupBy(observed, (one) => one.class)

const within = (cause: Observed, effect: Observed, { withinMs }: CausalRule): boolean =>
  effect.beganUnixMs - cause.event.atUnixMs <= withinMs

const strengths = ['direct', 'possible'] as const

export const parentsOf = ({ observed, placement, doubtMs }: ParentOptions): Parents => {
  const groups = byClass(observed)
  const parents = new Map<number, Observed>()
  /** A cause must not be a consequence of its own effect, which clocks in doubt could make it. */
  const comesFrom = (from: Observed, what: Observed): boolean => {
    for (let at: Observed | undefined = from; at; at = parents.get(at.index)) if (at.index === what.index) return true
    return false
  }
  const earliest = (effect: Observed, rules: readonly CausalRule[]): Observed | undefined => {
    let found: Observed | undefined
    for (const rule of rules) {
      for (const eventClass of rule.causes) {
        const cause = groups
          .get(eventClass)
          ?.find(
            (candidate) =>
              candidate.index !== effect.index &&
              within(candidate, effect, rule) &&
              precedes(candidate, effect, doubtMs) &&
              related(rule.relation, candidate.touched, effect.touched, placement) &&
              !comesFrom(candidate, effect),
          )
        if (cause && (!found || cause.index < found.index)) found = cause
      }
    }
    return found
  }
  const repeated = (effect: Observed): Observed | undefined =>
    groups
      .get(effect.class)
      ?.findLast(
        ({ index, event }) =>
          index < effect.index &&
          event.host === effect.event.host &&
          event.subject === effect.event.subject &&
          effect.event.atUnixMs - event.atUnixMs <= repeatsWithinMs,
      )
  for (const effect of observed) {
    const rules = rulesTo(effect.class)
    const [direct, possible] = strengths.map((strength) => rules.filter((rule) => rule.strength === strength))
    const parent = earliest(effect, direct ?? []) ?? repeated(effect) ?? earliest(effect, possible ?? [])
    if (parent && !comesFrom(parent, effect)) parents.set(effect.index, parent)
  }
  return parents
}
