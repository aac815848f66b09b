/** For each event the one that caused it, if any: the strongest rule, then the earliest event. Pure. */
import type { EventClass } from './event-class.ts'
import { firstFrom, type Lookup } from './lookup.ts'
import { type DoubtMs, doubtBetween, latestCauseUnixMs, type Observed } from './observed.ts'
import type { Placement } from './placement.ts'
import { related } from './relation.ts'
import { type CausalRule, causalRules, repeatsWithinMs, sameHostDoubtMs } from './rules.ts'

export interface ParentOptions {
  readonly observed: readonly Observed[]
  readonly lookup: Lookup
  readonly placement: Placement
  readonly doubtMs: DoubtMs
}

/** By position in the timeline. */
export type Parents = ReadonlyMap<number, Observed>

export const rulesTo = (effect: EventClass): readonly CausalRule[] => causalRules.filter(({ effects }) => effects.includes(effect))

/** A cause may be told later than its effect by no more than the clocks are in doubt; of two that are told at once, the rule decides. */
const precedes = (cause: Observed, effect: Observed, doubtMs: DoubtMs): boolean =>
  cause.event.atUnixMs - latestCauseUnixMs(effect) <= doubtBetween(cause.event, effect.event, doubtMs)

/** The first of a list that the rule allows, from the beginning of its window on. */
const firstAllowed = (
  candidates: readonly Observed[],
  effect: Observed,
  rule: CausalRule,
  { placement, doubtMs }: ParentOptions,
  mostDoubtMs: number,
  comesFrom: (from: Observed, what: Observed) => boolean,
): Observed | undefined => {
  for (let at = firstFrom(candidates, effect.beganUnixMs - rule.withinMs); at < candidates.length; at += 1) {
    const cause = candidates[at]
    if (!cause || cause.event.atUnixMs - latestCauseUnixMs(effect) > mostDoubtMs) return undefined
    if (
      cause.index !== effect.index &&
      precedes(cause, effect, doubtMs) &&
      related(rule.relation, cause.touched, effect.touched, placement) &&
      !comesFrom(cause, effect)
    )
      return cause
  }
  return undefined
}

export const parentsOf = (options: ParentOptions): Parents => {
  const { observed, lookup } = options
  const parents = new Map<number, Observed>()
  const hosts = new Set(observed.map(({ event }) => event.host))
  const mostDoubtMs = Math.max(sameHostDoubtMs, ...[...hosts].map((host) => 2 * options.doubtMs(host)))
  const latest = new Map<string, Observed>()
  let anyForward = false
  /** A cause must not be a consequence of its own effect, which clocks in doubt could make it. */
  const comesFrom = (from: Observed, what: Observed): boolean => {
    if (!anyForward && from.index < what.index) return false
    for (let at: Observed | undefined = from; at; at = parents.get(at.index)) if (at.index === what.index) return true
    return false
  }
  const earliest = (effect: Observed, rules: readonly CausalRule[]): Observed | undefined => {
    let found: Observed | undefined
    for (const rule of rules)
      for (const eventClass of rule.causes)
        for (const candidates of lookup.candidates(eventClass, rule.relation, effect)) {
          const cause = firstAllowed(candidates, effect, rule, options, mostDoubtMs, comesFrom)
          if (cause && (!found || cause.index < found.index)) found = cause
        }
    return found
  }
  const repeated = (effect: Observed): Observed | undefined => {
    const key = `${effect.class} ${effect.event.host} ${effect.event.subject}`
    const before = latest.get(key)
    latest.set(key, effect)
    return before && effect.event.atUnixMs - before.event.atUnixMs <= repeatsWithinMs ? before : undefined
  }
  for (const effect of observed) {
    const rules = rulesTo(effect.class)
    const again = repeated(effect)
    const parent =
      earliest(
        effect,
        rules.filter(({ strength }) => strength === 'direct'),
      ) ??
      again ??
      earliest(
        effect,
        rules.filter(({ strength }) => strength === 'possible'),
      )
    if (!parent || comesFrom(parent, effect)) continue
    parents.set(effect.index, parent)
    anyForward ||= parent.index > effect.index
  }
  return parents
}
