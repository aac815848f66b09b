/** From what happened to incidents, each with one root. Pure. */
import type { HostEvent, HostFinding, Incident } from '../../../shared/diagnosis/report.ts'
import type { Subject } from '../../../shared/diagnosis/subjects.ts'
import { verdicts, worstOf } from '../../../shared/diagnosis/verdict.ts'
import { toldBy } from './explains.ts'
import { lookupOf } from './lookup.ts'
import { type DoubtMs, doubtBetween, type Observed, observedOf } from './observed.ts'
import { parentsOf } from './parents.ts'
import type { Placement } from './placement.ts'
import { relevant } from './relevance.ts'
import { ruledOutOf } from './ruled-out.ts'

export interface IncidentOptions {
  /** What was looked at. */
  readonly subject: Subject
  /** In order; positions in it are what incidents refer to. */
  readonly timeline: readonly HostEvent[]
  readonly findings: readonly HostFinding[]
  readonly placement: Placement
  /** How far each host's clock may be from the truth. */
  readonly doubtMs: DoubtMs
}

/** More than the same again and again. */
const isStory = (members: readonly Observed[]): boolean => new Set(members.map((member) => member.class)).size > 1

const widestDoubt = (members: readonly Observed[], doubtMs: DoubtMs): number => {
  const perHost = [...new Map(members.map(({ event }) => [event.host, event])).values()]
  return Math.max(0, ...perHost.flatMap((a) => perHost.filter((b) => a.host !== b.host).map((b) => doubtBetween(a, b, doubtMs))))
}

/**
 * Events that caused one another, and what was found of them; the worst first. Every event and every finding is in one incident at most. One event
 * alone is an incident only when a finding speaks of it; several without a finding are INFO. Exit code 137 is never a cause.
 */
export const incidentsOf = ({ subject, timeline, findings, placement, doubtMs }: IncidentOptions): readonly Incident[] => {
  const observed = observedOf(timeline, placement)
  const lookup = lookupOf(observed, placement)
  const parents = parentsOf({ observed, lookup, placement, doubtMs })
  const roots = new Map<number, Observed>()
  const rootOf = (from: Observed): Observed => {
    const path: Observed[] = []
    let at = from
    for (let up = parents.get(at.index); up && !roots.has(at.index); up = parents.get(at.index)) {
      path.push(at)
      at = up
    }
    const root = roots.get(at.index) ?? at
    for (const passed of path) roots.set(passed.index, root)
    return root
  }
  const trees = Map.groupBy(observed, (event) => rootOf(event).index)
  const found = Map.groupBy(findings, (finding) => {
    const told = toldBy(finding, observed, placement)
    return told ? rootOf(told).index : -1
  })
  const incidents = [...trees].flatMap(([rootIndex, members]): Incident[] => {
    const root = members.find(({ index }) => index === rootIndex)
    const told = found.get(rootIndex) ?? []
    // What no check found a fault in is a story, not a verdict; and none at all when it has nothing to do with what was asked.
    const wanted = told.length > 0 || (isStory(members) && members.some((member) => relevant[subject].includes(member.class)))
    if (!root || !wanted) return []
    const { code, host, atUnixMs } = root.event
    return [
      {
        root: { code, host, subject: root.event.subject, atUnixMs },
        verdict: worstOf(['INFO', ...told.map(({ finding }) => finding.verdict)]),
        events: members.map(({ index }) => index),
        findings: [...told],
        ruledOut: [...ruledOutOf({ members, root, lookup, placement, doubtMs })],
        doubtMs: widestDoubt(members, doubtMs),
      },
    ]
  })
  return incidents.toSorted((a, b) => verdicts.indexOf(b.verdict) - verdicts.indexOf(a.verdict) || (a.events[0] ?? 0) - (b.events[0] ?? 0))
}
