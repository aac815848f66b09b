/**
 * What can cause what, within which time, and what the two must share. A rule that is missing leaves two incidents where there is one; a rule that is wrong
 * blames the innocent: so each is here only where the mechanism is known.
 */
import type { EventClass } from './event-class.ts'
import type { Relation } from './relation.ts'

/** direct: the one does the other. possible: it can, when nothing direct is there. */
export type Strength = 'direct' | 'possible'

export interface CausalRule {
  readonly causes: readonly EventClass[]
  readonly effects: readonly EventClass[]
  readonly relation: Relation
  readonly withinMs: number
  readonly strength: Strength
}

const secondMs = 1_000
const minuteMs = 60 * secondMs
/** Counted from when the wait began: an engine without requests notices a lost GPU only with the next one. */
const lostRankMs = 30 * minuteMs
/** What passes by itself must have been there when the wait began. */
const passingMs = 3 * minuteMs
/** A setting that drifted is a state: it waits for the load that it hurts. */
const settingMs = 24 * 60 * minuteMs

const direct = (causes: CausalRule['causes'], effects: CausalRule['effects'], relation: Relation, withinMs: number): CausalRule => ({
  causes,
  effects,
  relation,
  withinMs,
  strength: 'direct',
})

const possible = (...args: Parameters<typeof direct>): CausalRule => ({ ...direct(...args), strength: 'possible' })

const collectives: readonly EventClass[] = ['engine.nccl-error', 'engine.nccl-timeout']

export const causalRules: readonly CausalRule[] = [
  // Hardware, upwards.
  direct(['kernel.pcie-error'], ['kernel.xid', 'gpu.lost'], 'same-gpu', 2 * minuteMs),
  possible(['kernel.pcie-error', 'kernel.machine-check'], ['kernel.xid', 'gpu.lost', 'kernel.nvme-timeout'], 'same-host', 30 * secondMs),
  direct(['kernel.sxid'], ['kernel.xid'], 'same-host', minuteMs),
  direct(['kernel.xid'], ['gpu.lost', 'container.gpu-lost', 'engine.cuda-error'], 'same-gpu', 5 * minuteMs),
  direct(['kernel.sxid'], ['engine.cuda-error'], 'same-host', 5 * minuteMs),
  direct(['gpu.lost'], ['container.gpu-lost', 'engine.cuda-error'], 'same-gpu', 5 * minuteMs),
  direct(['container.gpu-lost'], ['engine.cuda-error'], 'same-replica', 10 * minuteMs),

  // One rank fails: the others wait for it in vain.
  direct(['kernel.xid', 'gpu.lost'], collectives, 'gpu-of-gang', lostRankMs),
  direct(['kernel.sxid', 'kernel.link-down'], collectives, 'host-of-gang', passingMs),
  direct(['engine.cuda-error', 'engine.cuda-oom', 'kernel.oom-kill'], collectives, 'same-deployment', lostRankMs),
  possible(['container.exit'], collectives, 'same-deployment', lostRankMs),
  possible(['kernel.neighbour-overflow', 'kernel.conntrack-full'], collectives, 'host-of-gang', passingMs),

  // An engine's end.
  direct(['kernel.oom-kill'], ['container.exit', 'engine.nccl-error'], 'same-replica', minuteMs),
  direct(
    ['engine.cuda-error', 'engine.cuda-oom', 'engine.nccl-error', 'engine.nccl-timeout', 'container.gpu-lost'],
    ['container.exit'],
    'same-replica',
    5 * minuteMs,
  ),
  possible(['kernel.xid', 'gpu.lost'], ['container.exit'], 'same-gpu', 5 * minuteMs),
  direct(['container.exit', 'kernel.oom-kill', 'engine.cuda-error', 'engine.cuda-oom'], ['kernel.xid.cleanup'], 'same-gpu', minuteMs),
  direct(['kernel.xid'], ['kernel.xid.cleanup'], 'same-gpu', 5 * minuteMs),
  direct(['engine.cuda-oom'], ['engine.adjusted'], 'same-replica', 30 * minuteMs),

  // Storage.
  direct(['kernel.nvme-timeout'], ['kernel.io-error', 'kernel.xfs-shutdown', 'kernel.remount-read-only'], 'same-host', 10 * minuteMs),
  direct(['kernel.io-error'], ['kernel.xfs-shutdown', 'kernel.remount-read-only'], 'same-host', 10 * minuteMs),
  possible(['kernel.nvme-timeout', 'kernel.io-error'], ['kernel.hung-task'], 'same-host', 10 * minuteMs),
  possible(['kernel.xfs-shutdown', 'kernel.remount-read-only', 'kernel.io-error'], ['container.exit'], 'same-host', 10 * minuteMs),

  // Settings that were lost, and what they were for.
  direct(['tuning.drift.neighbours'], ['kernel.neighbour-overflow'], 'same-host', settingMs),
  direct(['tuning.drift.conntrack'], ['kernel.conntrack-full'], 'same-host', settingMs),
]

/** The same thing on the same subject again is the same fault, as long as it is not further from the last time. */
export const repeatsWithinMs = 15 * minuteMs

/** Two sources on one host write their times with different delay and precision: an engine's log in seconds, the kernel's in microseconds. */
export const sameHostDoubtMs = 1_500
