/** From what happened to incidents, each with one root. Pure. */
import type { HostEvent, HostFinding, Incident } from '../../../shared/diagnosis/report.ts'
import { type Verdict, verdicts, worstOf } from '../../../shared/diagnosis/verdict.ts'
import type { EventClass } from './event-class.ts'
import { toldBy } from './explains.ts'
import { type DoubtMs, doubtBetween, type Observed, observedOf } from './observed.ts'
import { parentsOf } from './parents.ts'
import type { Placement } from './placement.ts'
import { ruledOutOf } from './ruled-out.ts'

export interface IncidentOptions {
  /** In order; positions in it are what incidents refer to. */
  readonly timeline: readonly HostEvent[]
  readonly findings: readonly HostFinding[]
  readonly placement: Placement
  /** How far each host's clock may be from the truth. */
  readonly doubtMs: DoubtMs
}

/** Lose a GPU or a filesystem, and no retry helps. */
const critical = new Set<EventClass>(['gpu.lost', 'kernel.xfs-shutdown', 'kernel.remount-read-only'])

/** Of events that nobody's finding speaks for; one alone is only something that happened. */
const verdictOf = (members: readonly Observed[]): Verdict =>
  members.length < 2 ? 'PASS' : members.some((member) => critical.has(member.class)) ? 'CRITICAL' : 'WARNING'

const widestDoubt = (members: readonly Observed[], doubtMs: DoubtMs): number => {
  const perHost = [...new Map(members.map(({ event }) => [event.host, event])).values()]
  return Math.max(0, ...perHost.flatMap((a) => perHost.filter((b) => a.host !== b.host).map((b) => doubtBetween(a, b, doubtMs))))
}

/**
 * Events that caused one another, and what was found of them; the worst first. Every event and every finding is in one incident at most. One event
 * alone is an incident only when a finding speaks of it. Exit code 137 is never a cause.
 */
export const incidentsOf = ({ timeline, findings, placement, doubtMs }: IncidentOptions): readonly Incident[] => {
  const observed = observedOf(timeline, placement)
  const parents = parentsOf({ observed, placement, doubtMs })
  const rootOf = (from: Observed): Observed => {
    let at = from
    for (let up = parents.get(at.index); up; up = parents.get(at.index)) at = up
    return at
  }
  const trees = Map.groupBy(observed, (event) => rootOf(event).index)
  const found = Map.groupBy(findings, (finding) => {
    const told = toldBy(finding, observed, placement)
    return told ? rootOf(told).index : -1
  })
  const incidents = [...trees].flatMap(([rootIndex, members]): Incident[] => {
    const root = members.find(({ index }) => index === rootIndex)
    const told = found.get(rootIndex) ?? []
    const verdict = worstOf([verdictOf(members), ...told.map(({ finding }) => finding.verdict)])
    if (!root || verdict === 'PASS') return []
    const { code, host, subject, atUnixMs } = root.event
    return [
      {
        root: { code, host, subject, atUnixMs },
        verdict,
        events: members.map(({ index }) => index),
        findings: [...told],
        ruledOut: [...ruledOutOf({ members, root, observed, placement, doubtMs })],
        doubtMs: widestDoubt(members, doubtMs),
      },
    ]
  })
  return incidents.toSorted((a, b) => verdicts.indexOf(b.verdict) - verdicts.indexOf(a.verdict) || (a.events[0] ?? 0) - (b.events[0] ?? 0))
}
