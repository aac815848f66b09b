/** Keeps a report of very many hosts small enough to send and to keep. Pure. */
import type { FaultReport, LeftOut } from '../../../shared/diagnosis/report.ts'

/** One message of the wire is at most 8 MiB. */
export const mostReportBytes = 6 * 1024 * 1024

const mostPoints = 60
const mostLines = 20
const mostOtherEvents = 200

const bytesOf = (report: FaultReport): number => Buffer.byteLength(JSON.stringify(report))

const everyNth = <T>(items: readonly T[], n: number): T[] => items.filter((_, index) => index % n === 0)

const results = (report: FaultReport, change: (result: FaultReport['fleet'][number]) => FaultReport['fleet'][number]): FaultReport => ({
  ...report,
  hosts: report.hosts.map((host) => ({ ...host, results: host.results.map(change) })),
  fleet: report.fleet.map(change),
})

/** Events of incidents stay, and of the others the newest. */
const withShortTimeline = (report: FaultReport): FaultReport => {
  const inIncident = new Set(report.incidents.flatMap(({ events }) => events))
  const others = report.timeline.flatMap((_, index) => (inIncident.has(index) ? [] : [index])).slice(-mostOtherEvents)
  const kept = [...inIncident, ...others].toSorted((a, b) => a - b)
  const place = new Map(kept.map((index, position) => [index, position]))
  return {
    ...report,
    timeline: kept.flatMap((index) => report.timeline[index] ?? []),
    incidents: report.incidents.map((incident) => ({ ...incident, events: incident.events.flatMap((index) => place.get(index) ?? []) })),
  }
}

/** What can be given up, the least first. */
const cuts: readonly (readonly [LeftOut, (report: FaultReport) => FaultReport])[] = [
  ['looked', (report) => results(report, (result) => ({ ...result, looked: [] }))],
  [
    'mesh-evidence',
    (report) => ({
      ...report,
      mesh: report.mesh && {
        ...report.mesh,
        cells: report.mesh.cells.map((cell) => ({ ...cell, probe: cell.probe && { ...cell.probe, evidence: [] } })),
      },
    }),
  ],
  [
    'points',
    (report) => ({
      ...report,
      series: report.series.map((series) => {
        const n = Math.max(1, Math.ceil(series.values.length / mostPoints))
        return { ...series, atUnixMs: everyNth(series.atUnixMs, n), values: everyNth(series.values, n) }
      }),
    }),
  ],
  [
    'evidence',
    (report) =>
      results(report, (result) => ({
        ...result,
        findings: result.findings.map((finding) => ({
          ...finding,
          evidence: finding.evidence.map((seen) => ({ ...seen, lines: seen.lines.slice(0, mostLines) })),
        })),
      })),
  ],
  ['events', withShortTimeline],
  ['series', (report) => ({ ...report, series: [] })],
]

/** The report with as little left out as fits, and what that is. Findings, incidents and verdicts always stay. */
export const fitted = (report: FaultReport, mostBytes = mostReportBytes): FaultReport => {
  let fit = report
  for (const [what, cut] of cuts) {
    if (bytesOf(fit) <= mostBytes) return fit
    fit = { ...cut(fit), leftOut: [...fit.leftOut, what] }
  }
  return fit
}
