import type { HostDiagnosis } from '../../shared/diagnosis/host-diagnosis.ts'
import type { FaultReport } from '../../shared/diagnosis/report.ts'
import { wordsIn } from '../../shared/diagnosis/words/words.ts'
import { Exclusive } from '../../shared/lifecycle/exclusive.ts'
import { hostIdsOf } from '../domain/gang/members.ts'
import type { EventLevel } from '../domain/model.ts'
import { assembleReport, type HostAnswer } from '../domain/report/assemble.ts'
import { isFault } from '../domain/report/findings.ts'
import { newsOf, standingOf } from '../domain/report/news.ts'
import { event, type UseCaseContext } from './context.ts'
import { placementOf } from './placement.ts'
import type { Reports } from './reports.ts'

/** Takes a diagnosis that nobody asked for. Safe to repeat. Throws STORE_FULL, STORE_FAILED. */
export type TakeAgentReport = (hostId: string, diagnosis: HostDiagnosis) => Promise<void>

const levels = { PASS: 'info', INFO: 'info', UNKNOWN: 'info', WARNING: 'warning', CRITICAL: 'error' } as const satisfies Record<
  FaultReport['verdict'],
  EventLevel
>

const words = wordsIn('en')

const headlineText = ({ headline, subject, verdict }: FaultReport): string =>
  headline ? words.finding(headline.finding).title : `the diagnosis of ${subject} says ${verdict}`

const addEvent = (context: UseCaseContext, level: EventLevel, reason: string, subject: string, message: string): Promise<void> =>
  context.ledger.transact(() => ({ changes: [event(context, level, reason, subject, message)], result: undefined }))

/** @param subject of the event, such as `host/gpu-01` */
export const tellFault = (context: UseCaseContext, report: FaultReport, subject: string, name: string): Promise<void> =>
  addEvent(
    context,
    levels[report.verdict],
    'FaultFound',
    subject,
    `${report.verdict} ${name}: ${headlineText(report)}; hostler report show ${report.id}`,
  )

export const tellGone = (context: UseCaseContext, looked: FaultReport['subject'], subject: string, name: string): Promise<void> =>
  addEvent(context, 'info', 'FaultGone', subject, `${name}: the scheduled diagnosis of ${looked} finds no fault any more`)

/** Events of other hosts are kept this long, to be put beside what breaks on hosts that serve the same deployment. */
const recentMs = 40 * 60_000
const mostRecent = 500
/** Clocks of hosts that were not asked are taken to be this close. */
const assumedDoubtMs = 2_000

export const takeAgentReports = (context: UseCaseContext, reports: Reports): TakeAgentReport => {
  const { ledger, clock } = context
  const recent = new Map<string, HostDiagnosis>()
  const oneByOne = new Exclusive()

  /** What hosts that serve the same deployments told of late. */
  const beside = (hostId: string): readonly HostAnswer[] => {
    const { facts } = ledger
    const assignments = [...facts.assignments.values()]
    const deployments = new Set(assignments.filter((one) => hostIdsOf(one).includes(hostId)).map(({ deployment }) => deployment))
    const others = new Set(
      assignments
        .filter((one) => deployments.has(one.deployment))
        .flatMap(hostIdsOf)
        .filter((id) => id !== hostId),
    )
    return [...others].flatMap((id) => {
      const diagnosis = recent.get(id)
      if (!diagnosis || clock.unixMs() - diagnosis.toUnixMs > recentMs) return []
      return [{ name: facts.hosts.get(id)?.name ?? id, diagnosis, problem: null, clock: { aheadMs: 0, doubtMs: assumedDoubtMs } }]
    })
  }

  const take: TakeAgentReport = async (hostId, diagnosis) => {
    const name = ledger.facts.hosts.get(hostId)?.name ?? hostId
    const id = `r-${diagnosis.id}`
    if (reports.has(id)) return
    recent.set(hostId, { ...diagnosis, results: [], series: [], events: diagnosis.events.slice(-mostRecent) })
    const standingId = `${hostId}/${diagnosis.subject}`
    const now = standingOf(diagnosis)
    const news = newsOf(diagnosis.trigger, reports.standing(standingId), now)
    // A look at half an hour after a break is no measure of what lasts: only the schedule compares like with like.
    const standing = diagnosis.trigger === 'break' ? undefined : { id: standingId, ...now }
    if (news !== 'appeared') {
      if (standing) await reports.keep({ standing })
      if (news === 'gone') await tellGone(context, diagnosis.subject, `host/${name}`, name)
      return
    }
    const { subject, trigger, cause, fromUnixMs, toUnixMs } = diagnosis
    const report = assembleReport({
      id,
      subject,
      trigger,
      cause,
      atUnixMs: clock.unixMs(),
      fromUnixMs,
      toUnixMs,
      answers: [{ name, diagnosis, problem: null, clock: null }],
      beside: beside(hostId),
      fleet: [],
      mesh: null,
      placement: placementOf(ledger.facts),
    })
    await reports.keep({ report, ...(standing ? { standing } : {}) })
    if (isFault(report.verdict) || report.verdict === 'UNKNOWN') await tellFault(context, report, `host/${name}`, name)
  }

  // An agent that heard no answer sends again while the first is still being kept.
  return (hostId, diagnosis) => oneByOne.run(hostId, () => take(hostId, diagnosis))
}
