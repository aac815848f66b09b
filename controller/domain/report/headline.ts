import type { HostFinding, Incident } from '../../../shared/diagnosis/report.ts'
import { byWeight } from './findings.ts'

/**
 * The finding that the one line is about: of the worst ones, one that tells of the root of an incident comes before those that tell of its
 * consequences, whichever was found first. Pure.
 */
export const headlineOf = (findings: readonly HostFinding[], incidents: readonly Incident[]): HostFinding | null => {
  const [worst] = findings.toSorted(byWeight)
  if (worst === undefined) return null
  const equallyBad = findings.filter(({ finding }) => finding.verdict === worst.finding.verdict).toSorted(byWeight)
  const isRoot = ({ host, finding }: HostFinding): boolean =>
    incidents.some(
      ({ root, findings: explained }) =>
        root.host === host &&
        root.subject === finding.subject &&
        explained.some((other) => other.host === host && other.finding.code === finding.code && other.finding.subject === finding.subject),
    )
  return equallyBad.find(isRoot) ?? worst
}
