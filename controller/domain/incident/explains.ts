/** Which findings tell of which events. Pure. */
import type { HostFinding } from '../../../shared/diagnosis/report.ts'
import type { EventClass } from './event-class.ts'
import type { Observed } from './observed.ts'
import type { Placement } from './placement.ts'
import { type Relation, related, touchedBy } from './relation.ts'

interface Telling {
  readonly events: readonly EventClass[]
  /** Codes of findings. */
  readonly findings: RegExp
  readonly relation: Relation
}

const tellings: readonly Telling[] = [
  { events: ['kernel.xid', 'gpu.lost', 'kernel.pcie-error'], findings: /^gpu\./, relation: 'same-gpu' },
  { events: ['kernel.sxid'], findings: /^gpu\.(sxid|nvlink|fabric|xid)/, relation: 'same-host' },
  { events: ['container.gpu-lost'], findings: /^gpu\.(lost-in-container|container|lost)/, relation: 'same-replica' },
  { events: ['kernel.oom-kill'], findings: /^(oom|host)\..*(kill|memory|limit)/, relation: 'same-replica' },
  { events: ['engine.cuda-oom', 'engine.adjusted'], findings: /^oom\./, relation: 'same-replica' },
  { events: ['container.exit'], findings: /^oom\./, relation: 'same-replica' },
  { events: ['engine.cuda-error'], findings: /^gpu\./, relation: 'same-gpu' },
  { events: ['engine.nccl-error', 'engine.nccl-timeout'], findings: /(nccl|shm|memlock)/, relation: 'same-replica' },
  {
    events: ['kernel.nvme-timeout', 'kernel.io-error', 'kernel.xfs-shutdown', 'kernel.remount-read-only'],
    findings: /^storage\..*(read-only|shutdown|nvme|io|timeout|remount)/,
    relation: 'same-host',
  },
  { events: ['kernel.neighbour-overflow', 'tuning.drift.neighbours'], findings: /^network\..*(neighbour|arp)/, relation: 'same-host' },
  { events: ['kernel.conntrack-full', 'tuning.drift.conntrack'], findings: /^network\..*conntrack/, relation: 'same-host' },
  { events: ['tuning.drift.backlog'], findings: /^(network|host)\..*(accept|backlog|listen)/, relation: 'same-host' },
  { events: ['kernel.link-down'], findings: /^network\..*(link|bond|nic|rdma|loss)/, relation: 'same-host' },
]

/** The first of the events that the finding tells of; undefined for a finding that stands alone. */
export const toldBy = ({ host, finding }: HostFinding, observed: readonly Observed[], placement: Placement): Observed | undefined => {
  const touched = touchedBy({ host, subject: finding.subject, params: finding.params }, placement)
  return observed.find((event) =>
    tellings.some(
      ({ events, findings, relation }) =>
        events.includes(event.class) &&
        findings.test(finding.code) &&
        host === event.event.host &&
        related(relation, event.touched, touched, placement),
    ),
  )
}
