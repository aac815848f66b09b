/** Events that could have been the cause of an incident, and why they are not. Pure. */
import type { RuledOut } from '../../../shared/diagnosis/finding.ts'
import { notTheCause } from '../../../shared/diagnosis/found.ts'
import { firstFrom, type Lookup } from './lookup.ts'
import { type DoubtMs, doubtBetween, latestCauseUnixMs, type Observed } from './observed.ts'
import { rulesTo } from './parents.ts'
import type { Placement } from './placement.ts'
import { related } from './relation.ts'
import type { CausalRule } from './rules.ts'

const most = 8
const mostEffects = 20
const mostAround = 25
/** Further after than this nobody would take it for the cause. */
const latestMs = 10 * 60_000
/** Further before than this many windows neither. */
const windowsBefore = 3

/** The first block of a UUID tells the GPUs of a fleet apart. */
const shortened = (subject: string): string => subject.replace(/((?:GPU|MIG)-[0-9a-f]{8})-[0-9a-f-]{20,}/i, '$1')

interface Considered {
  readonly effect: Observed
  readonly candidate: Observed
  readonly rule: CausalRule
}

const whyNot = ({ effect, candidate, rule }: Considered, root: Observed, placement: Placement, doubtMs: DoubtMs): RuledOut | undefined => {
  const beforeMs = effect.beganUnixMs - candidate.event.atUnixMs
  const afterMs = candidate.event.atUnixMs - latestCauseUnixMs(effect)
  const about = { event: candidate.event.code, where: `${candidate.event.host} ${shortened(candidate.event.subject)}` }
  if (afterMs > doubtBetween(candidate.event, effect.event, doubtMs))
    return afterMs <= latestMs && related(rule.relation, candidate.touched, effect.touched, placement)
      ? notTheCause('incident.came-later', { ...about, afterMs })
      : undefined
  if (!related(rule.relation, candidate.touched, effect.touched, placement))
    return beforeMs <= rule.withinMs ? notTheCause('incident.elsewhere', about) : undefined
  if (beforeMs > rule.withinMs)
    return beforeMs <= rule.withinMs * windowsBefore
      ? notTheCause('incident.too-long-before', { ...about, beforeMs, mostMs: rule.withinMs })
      : undefined
  return notTheCause('incident.weaker', { ...about, better: root.event.code })
}

export interface RuledOutOptions {
  readonly members: readonly Observed[]
  readonly root: Observed
  readonly lookup: Lookup
  readonly placement: Placement
  readonly doubtMs: DoubtMs
}

/** A long crash loop repeats itself: its first round tells all there is to tell. */
const firstOfEach = (members: readonly Observed[]): readonly Observed[] =>
  [...new Map(members.toReversed().map((member) => [`${member.class} ${member.event.host} ${member.event.subject}`, member])).values()]
    .toSorted((a, b) => a.index - b.index)
    .slice(0, mostEffects)

/** Those nearest in time, before and after: nobody thinks of the others. */
const around = (events: readonly Observed[], effect: Observed): readonly Observed[] => {
  const middle = firstFrom(events, effect.beganUnixMs)
  return events.slice(Math.max(0, middle - mostAround), middle + mostAround)
}

/** The nearest in time first, each event and reason once. */
export const ruledOutOf = ({ members, root, lookup, placement, doubtMs }: RuledOutOptions): readonly RuledOut[] => {
  const own = new Set(members.map(({ index }) => index))
  const found = new Map<string, { readonly why: RuledOut; readonly apartMs: number }>()
  for (const effect of firstOfEach(members)) {
    for (const rule of rulesTo(effect.class)) {
      for (const candidate of rule.causes.flatMap((eventClass) => around(lookup.ofClass(eventClass), effect))) {
        if (own.has(candidate.index)) continue
        const why = whyNot({ effect, candidate, rule }, root, placement, doubtMs)
        const key = `${candidate.event.code} ${candidate.event.host} ${candidate.event.subject}`
        const apartMs = Math.abs(effect.event.atUnixMs - candidate.event.atUnixMs)
        if (why && apartMs < (found.get(key)?.apartMs ?? Number.POSITIVE_INFINITY)) found.set(key, { why, apartMs })
      }
    }
  }
  return [...found.entries()]
    .toSorted(([keyA, a], [keyB, b]) => a.apartMs - b.apartMs || (keyA < keyB ? -1 : 1))
    .slice(0, most)
    .map(([, { why }]) => why)
}
