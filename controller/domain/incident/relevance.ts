import type { Subject } from '../../../shared/diagnosis/subjects.ts'
import type { EventClass } from './event-class.ts'

/** What each diagnosis wants to know of, even when none of its checks has found anything of it. */
export const relevant: { readonly [S in Subject]: readonly EventClass[] } = {
  host: [
    'kernel.hung-task',
    'kernel.machine-check',
    'kernel.oom-kill',
    'tuning.drift.backlog',
    'tuning.drift.neighbours',
    'tuning.drift.conntrack',
  ],
  gpu: [
    'kernel.xid',
    'kernel.sxid',
    'kernel.pcie-error',
    'gpu.lost',
    'engine.cuda-error',
    'container.gpu-lost',
    'engine.nccl-timeout',
    'engine.nccl-error',
  ],
  network: ['kernel.neighbour-overflow', 'kernel.conntrack-full', 'kernel.link-down', 'engine.nccl-timeout', 'engine.nccl-error'],
  oom: ['kernel.oom-kill', 'engine.cuda-oom', 'container.exit'],
  storage: ['kernel.nvme-timeout', 'kernel.io-error', 'kernel.xfs-shutdown', 'kernel.remount-read-only'],
}
