/** One fault report from what hosts answered. Pure. */
import type { CheckResult } from '../../../shared/diagnosis/finding.ts'
import type { HostDiagnosis } from '../../../shared/diagnosis/host-diagnosis.ts'
import type { Mesh } from '../../../shared/diagnosis/mesh.ts'
import { type FaultReport, type HostEvent, type ReportSummary, reportVersion } from '../../../shared/diagnosis/report.ts'
import { worstOf } from '../../../shared/diagnosis/verdict.ts'
import { incidentsOf } from '../incident/incidents.ts'
import type { Placement } from '../incident/placement.ts'
import { inOrder } from '../incident/timeline.ts'
import type { HostClock } from './clock.ts'
import { findingsOf } from './findings.ts'
import { fitted } from './fit.ts'
import { headlineOf } from './headline.ts'

export type HostProblem = NonNullable<FaultReport['hosts'][number]['problem']>

/** What came of one host: its answer, or why there is none. */
export interface HostAnswer {
  readonly name: string
  readonly diagnosis: HostDiagnosis | null
  readonly problem: HostProblem | null
  readonly clock: HostClock | null
}

export interface ReportParts extends Pick<FaultReport, 'id' | 'subject' | 'trigger' | 'cause' | 'atUnixMs' | 'fromUnixMs' | 'toUnixMs'> {
  readonly answers: readonly HostAnswer[]
  /** Hosts that were not looked at, but whose events may have to do with it. */
  readonly beside?: readonly HostAnswer[]
  readonly fleet: readonly CheckResult[]
  readonly mesh: Mesh | null
  /** Which replica is where, and what belongs together. */
  readonly placement: Placement
}

const eventsOf = ({ name, diagnosis, clock }: HostAnswer): readonly HostEvent[] =>
  (diagnosis?.events ?? []).map((event) => ({ ...event, host: name, atUnixMs: event.atUnixMs - (clock?.aheadMs ?? 0) }))

/** A host that could not be asked is UNKNOWN, never PASS. */
export const assembleReport = ({ answers, beside = [], fleet, mesh, placement, ...about }: ReportParts): FaultReport => {
  const hosts = answers
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, diagnosis, problem, clock }) => ({ name, results: diagnosis?.results ?? [], problem, clock }))
  const findings = findingsOf({ hosts, fleet: [...fleet] })
  const timeline = inOrder([...answers, ...beside].flatMap(eventsOf))
  const doubts = new Map([...answers, ...beside].map(({ name, clock }) => [name, clock?.doubtMs ?? 0]))
  const incidents = incidentsOf({ subject: about.subject, timeline, findings, placement, doubtMs: (host) => doubts.get(host) ?? 0 })
  const verdict = worstOf([
    ...hosts.flatMap(({ results, problem }) => [
      ...results.map((result) => result.verdict),
      ...(problem || results.length === 0 ? (['UNKNOWN'] as const) : []),
    ]),
    ...fleet.map((result) => result.verdict),
  ])
  return fitted({
    schema: reportVersion,
    ...about,
    verdict,
    headline: headlineOf(findings, incidents),
    hosts,
    fleet: [...fleet],
    incidents: [...incidents],
    timeline: [...timeline],
    mesh,
    series: answers.flatMap(({ name, diagnosis }) => (diagnosis?.series ?? []).map((series) => ({ ...series, host: name }))),
    leftOut: [],
  })
}

export const summaryOf = ({ id, subject, trigger, atUnixMs, verdict, hosts, headline }: FaultReport): ReportSummary => ({
  id,
  subject,
  trigger,
  atUnixMs,
  verdict,
  hosts: hosts.map(({ name }) => name),
  headline,
})
