/** A report with words put to it: what every form of it shows. Pure. */

import type { Remedy } from '../../shared/diagnosis/catalogue/room.ts'
import type { Evidence } from '../../shared/diagnosis/finding.ts'
import type { FaultReport, HostFinding } from '../../shared/diagnosis/report.ts'
import type { Verdict } from '../../shared/diagnosis/verdict.ts'
import type { Language } from '../../shared/diagnosis/words/language.ts'
import { type Words, wordsIn } from '../../shared/diagnosis/words/words.ts'
import { byWeight, findingsOf, isFault } from '../domain/report/findings.ts'
import { type IncidentView, incidentViews } from './incident-view.ts'
import { type Phrases, phrasesIn } from './phrases/phrases.ts'
import { momentText, subjectText, whereText } from './where.ts'

export interface FindingView {
  readonly verdict: Verdict
  readonly code: string
  readonly where: string
  readonly title: string
  readonly why: string
  readonly confidence: string
  readonly remedies: readonly Remedy[]
  /** With the host it is from, where there are several. */
  readonly evidence: readonly (Evidence & { readonly host: string })[]
  readonly ruledOut: readonly string[]
}

export interface TimelineRow {
  readonly at: string
  readonly host: string
  readonly source: string
  readonly text: string
  readonly line: string
}

export interface PassedView {
  readonly host: string
  readonly checks: readonly { readonly title: string; readonly looked: readonly Evidence[] }[]
}

export interface ReportView {
  readonly phrases: Phrases
  readonly report: FaultReport
  /** One line for a manager, without the verdict. */
  readonly line: string
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  /** The worst first. */
  readonly findings: readonly FindingView[]
  readonly incidents: readonly IncidentView[]
  readonly timeline: readonly TimelineRow[]
  readonly unknown: readonly FindingView[]
  readonly away: readonly { readonly host: string; readonly text: string }[]
  readonly passed: readonly PassedView[]
  readonly notes: readonly string[]
}

/** The same finding on several hosts is one, with all of them named: 60 hosts without a program are one line. */
const grouped = (findings: readonly HostFinding[]): readonly (readonly HostFinding[])[] => [
  ...Map.groupBy(findings.toSorted(byWeight), ({ finding: { code, verdict, subject, params, confidence } }) =>
    JSON.stringify([code, verdict, subject, params, confidence]),
  ).values(),
]

const findingView = (group: readonly HostFinding[], words: Words, phrases: Phrases): readonly FindingView[] => {
  const [first] = group
  if (!first) return []
  const { finding } = first
  return [
    {
      verdict: finding.verdict,
      code: finding.code,
      where: whereText(
        group.map(({ host }) => host),
        finding.subject,
        phrases,
      ),
      ...words.finding(finding),
      confidence: phrases.confidences[finding.confidence],
      evidence: group.flatMap((one) => one.finding.evidence.map((seen) => ({ ...seen, host: group.length > 1 ? one.host : '' }))),
      ruledOut: [...new Set(group.flatMap((one) => one.finding.ruledOut.map((ruled) => words.cause(ruled))))],
    },
  ]
}

/** What the verdict is about, in one line. */
export const lineOf = (report: FaultReport, phrases: Phrases, words: Words): string => {
  const { headline, hosts, verdict } = report
  const findings = findingsOf(report)
  const looked = hosts.filter(({ results }) => results.length > 0)
  if (looked.length === 0 && report.fleet.length === 0) {
    const [away] = hosts
    return away?.problem ? phrases.about(away.name, phrases.away(away.problem.code, away.problem.message)) : phrases.nothingLookedAt
  }
  if (headline === null || headline.finding.verdict === 'PASS' || (headline.finding.verdict === 'INFO' && verdict === 'UNKNOWN'))
    return verdict === 'PASS'
      ? phrases.allWell(
          looked.reduce((sum, { results }) => sum + results.length, report.fleet.length),
          looked.length,
        )
      : phrases.notLooked
  if (headline.finding.verdict === 'UNKNOWN') return phrases.notLooked
  const faults = grouped(findings.filter(({ finding }) => isFault(finding.verdict))).length
  const { title } = words.finding(headline.finding)
  const subject = title.includes(subjectText(headline.finding.subject, phrases)) ? 'host' : headline.finding.subject
  const what = phrases.about(whereText([headline.host], subject, phrases), title)
  return faults > 1 ? phrases.more(what, faults - 1) : what
}

export const viewOf = (report: FaultReport, language: Language): ReportView => {
  const phrases = phrasesIn(language)
  const words = wordsIn(language)
  const { labels } = phrases
  const findings = findingsOf(report)
  const views = (wanted: (verdict: Verdict) => boolean) =>
    grouped(findings.filter(({ finding }) => wanted(finding.verdict))).flatMap((group) => findingView(group, words, phrases))
  return {
    phrases,
    report,
    line: lineOf(report, phrases, words),
    facts: [
      { label: labels.report, value: report.id },
      { label: labels.subject, value: phrases.subjects[report.subject] },
      { label: labels.trigger, value: phrases.triggers[report.trigger] },
      ...(report.cause === '' ? [] : [{ label: labels.cause, value: subjectText(report.cause, phrases) || report.cause }]),
      { label: labels.made, value: momentText(report.atUnixMs) },
      { label: labels.window, value: phrases.range(momentText(report.fromUnixMs), momentText(report.toUnixMs)) },
      { label: labels.hosts, value: phrases.listOf(report.hosts.map(({ name }) => name)) },
    ],
    findings: views((verdict) => verdict !== 'UNKNOWN' && verdict !== 'PASS'),
    unknown: views((verdict) => verdict === 'UNKNOWN'),
    incidents: incidentViews(report, phrases, words),
    timeline: report.timeline.map((event) => {
      const about = subjectText(event.subject, phrases)
      const text = words.event(event)
      return {
        at: momentText(event.atUnixMs),
        host: event.host,
        source: phrases.sources[event.source],
        text: about === '' || text.includes(about) ? text : phrases.about(about, text),
        line: event.line,
      }
    }),
    away: report.hosts.flatMap(({ name, problem }) => (problem ? [{ host: name, text: phrases.away(problem.code, problem.message) }] : [])),
    passed: [{ host: phrases.fleet, results: report.fleet }, ...report.hosts.map(({ name, results }) => ({ host: name, results }))].flatMap(
      ({ host, results }) => {
        const well = results.filter(({ verdict }) => verdict === 'PASS')
        return well.length === 0 ? [] : [{ host, checks: well.map(({ check, looked }) => ({ title: words.check(check), looked })) }]
      },
    ),
    notes: [
      ...report.hosts.flatMap(({ name, clock }) =>
        clock && clock.aheadMs !== 0 ? [phrases.clock(name, clock.aheadMs, clock.doubtMs)] : [],
      ),
      ...report.leftOut.map((part) => phrases.leftOut[part]),
    ],
  }
}
