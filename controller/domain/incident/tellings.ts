/** Which findings tell of which events. */

import { xids } from '../../../shared/diagnosis/catalogue/xid.ts'
import type { FindingCode } from '../../../shared/diagnosis/catalogue.ts'
import type { EventClass } from './event-class.ts'
import type { Relation } from './relation.ts'

export interface Telling {
  readonly events: readonly EventClass[]
  readonly findings: readonly FindingCode[]
  readonly relation: Relation
  /** Only events with one of these codes. */
  readonly codes?: readonly number[]
}

/** Xids of the GPU's memory. */
const memoryXids = Object.entries(xids)
  .filter(([, { kind }]) => kind === 'memory')
  .map(([code]) => Number(code))
/** Xids after which a GPU is not there. */
const goneXids = [54, 79]

export const tellings: readonly Telling[] = [
  { events: ['kernel.xid'], findings: ['gpu.xid', 'gpu.recovery-action', 'gpu.unreadable'], relation: 'same-gpu' },
  { events: ['kernel.xid'], findings: ['gpu.missing', 'gpu.gone'], relation: 'same-gpu', codes: goneXids },
  {
    events: ['kernel.xid'],
    findings: [
      'gpu.row-remap-pending',
      'gpu.row-remap-failed',
      'gpu.pages-pending',
      'gpu.uncorrected-errors',
      'gpu.repair-pending',
      'gpu.memory-unrepairable',
    ],
    relation: 'same-gpu',
    codes: memoryXids,
  },
  { events: ['gpu.lost'], findings: ['gpu.missing', 'gpu.gone', 'gpu.unreadable'], relation: 'same-gpu' },
  { events: ['kernel.pcie-error'], findings: ['gpu.pcie-degraded', 'gpu.pcie-replays'], relation: 'same-gpu' },
  { events: ['kernel.sxid'], findings: ['gpu.sxid', 'gpu.nvlink-down', 'gpu.nvlink-errors'], relation: 'same-host' },
  { events: ['container.gpu-lost'], findings: ['gpu.lost-in-container'], relation: 'same-replica' },
  { events: ['kernel.oom-kill'], findings: ['oom.host-kill'], relation: 'same-replica' },
  {
    events: ['engine.cuda-oom', 'engine.adjusted'],
    findings: ['oom.gpu-memory', 'oom.adjusted', 'oom.foreign-holder'],
    relation: 'same-replica',
  },
  { events: ['engine.cuda-oom'], findings: ['gpu.foreign-holder'], relation: 'same-gpu' },
  {
    events: ['engine.nccl-error', 'engine.nccl-timeout'],
    findings: ['oom.nccl-memory', 'host.memlock-limited', 'host.shm-small'],
    relation: 'same-replica',
  },
  { events: ['container.exit'], findings: ['oom.killed-otherwise', 'oom.unrecognised'], relation: 'same-replica' },
  { events: ['kernel.nvme-timeout'], findings: ['storage.nvme-timeouts', 'storage.disk-failing'], relation: 'same-host' },
  { events: ['kernel.io-error'], findings: ['storage.io-errors', 'storage.media-errors'], relation: 'same-host' },
  { events: ['kernel.xfs-shutdown'], findings: ['storage.xfs-shutdown', 'storage.path-unreadable'], relation: 'same-host' },
  { events: ['kernel.remount-read-only'], findings: ['storage.read-only', 'storage.was-read-only'], relation: 'same-host' },
  { events: ['kernel.hung-task'], findings: ['host.hung-tasks', 'host.process-stuck'], relation: 'same-host' },
  { events: ['kernel.machine-check'], findings: ['host.machine-checks'], relation: 'same-host' },
  {
    events: ['kernel.neighbour-overflow', 'tuning.drift.neighbours'],
    findings: ['network.neighbour-overflow', 'network.neighbours-nearly-full'],
    relation: 'same-host',
  },
  {
    events: ['kernel.conntrack-full', 'tuning.drift.conntrack'],
    findings: ['network.conntrack-full', 'network.conntrack-nearly-full'],
    relation: 'same-host',
  },
  {
    events: ['tuning.drift.backlog'],
    findings: ['network.accept-queue', 'network.accept-queue-full'],
    relation: 'same-host',
  },
  {
    events: ['kernel.link-down'],
    findings: ['network.card-flapping', 'network.bond-member-down', 'network.rdma-down'],
    relation: 'same-host',
  },
]
