/** Which event a finding tells of. Pure. */
import type { HostFinding } from '../../../shared/diagnosis/report.ts'
import type { Observed } from './observed.ts'
import type { Placement } from './placement.ts'
import { related, touchedBy } from './relation.ts'
import { tellings } from './tellings.ts'

const sameCode = ({ finding }: HostFinding, { event }: Observed): boolean =>
  finding.params.code === undefined || event.params.code === undefined || finding.params.code === event.params.code

/** The first of the events that the finding tells of; undefined for a finding that stands alone. */
export const toldBy = (found: HostFinding, observed: readonly Observed[], placement: Placement): Observed | undefined => {
  const { host, finding } = found
  const touched = touchedBy({ host, subject: finding.subject, params: finding.params }, placement)
  const mine = tellings.filter(({ findings }) => (findings as readonly string[]).includes(finding.code))
  return observed.find(
    (event) =>
      host === event.event.host &&
      sameCode(found, event) &&
      mine.some(
        ({ events, relation, codes }) =>
          events.includes(event.class) &&
          (codes === undefined || codes.includes(Number(event.event.params.code))) &&
          related(relation, event.touched, touched, placement),
      ),
  )
}
