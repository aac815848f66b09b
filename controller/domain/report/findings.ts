/** The findings of a report, one by one and in the order in which they matter. Pure. */
import { confidences } from '../../../shared/diagnosis/finding.ts'
import type { FaultReport, HostFinding } from '../../../shared/diagnosis/report.ts'
import { type Verdict, verdicts } from '../../../shared/diagnosis/verdict.ts'

export type Looked = Pick<FaultReport, 'hosts' | 'fleet'>

/** A fault is worth somebody's attention; UNKNOWN and INFO are not faults. */
export const isFault = (verdict: Verdict): boolean => verdict === 'WARNING' || verdict === 'CRITICAL'

/** What only several hosts together show has no host. */
export const findingsOf = ({ hosts, fleet }: Looked): readonly HostFinding[] => [
  ...fleet.flatMap(({ findings }) => findings.map((finding) => ({ host: '', finding }))),
  ...hosts.flatMap(({ name, results }) => results.flatMap(({ findings }) => findings.map((finding) => ({ host: name, finding })))),
]

const order = ({ host, finding }: HostFinding): string => [host, finding.code, finding.subject, JSON.stringify(finding.params)].join('\n')

/** The worst first, then the surest; among equals always the same order. */
export const byWeight = (a: HostFinding, b: HostFinding): number =>
  verdicts.indexOf(b.finding.verdict) - verdicts.indexOf(a.finding.verdict) ||
  confidences.indexOf(a.finding.confidence) - confidences.indexOf(b.finding.confidence) ||
  (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0)
