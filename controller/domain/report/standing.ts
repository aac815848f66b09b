import type { FaultReport } from '../../../shared/diagnosis/report.ts'
import { findingsOf, isFault } from './findings.ts'
import type { Standing } from './news.ts'

/** What stands after a report on several hosts. Pure. */
export const standingOfReport = (report: FaultReport): Standing => ({
  verdict: report.verdict,
  faults: [
    ...new Set(
      findingsOf(report)
        .filter(({ finding }) => isFault(finding.verdict))
        .map(({ host, finding: { code, subject } }) => `${code} ${host} ${subject}`),
    ),
  ].sort(),
})
