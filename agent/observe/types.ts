import type { FailureKind, Gpu, Report } from 'nvidia-smi-parser'
import type { Inventory } from '../../shared/fleet/inventory.ts'

/**
 * Why nvidia-smi gave no reading, beyond what it said itself:
 * - `deadline`: it did not answer in time and was killed
 * - `wedged`: one that was killed is still there (uninterruptible sleep); no other is started while it is
 * - `too-long`: more output than is read
 * - `not-started`: the program is there and could not be run
 * - `aborted`: the caller gave up
 */
export type FailureReason = FailureKind | 'deadline' | 'wedged' | 'too-long' | 'not-started' | 'aborted'

/** No GPU to look at: a normal state of a host. */
export interface Absent {
  readonly state: 'absent'
  readonly reason: 'not-installed' | 'no-devices'
  readonly detail: string
}

export interface Failed {
  readonly state: 'failed'
  readonly reason: FailureReason
  /** What was seen, for people. */
  readonly detail: string
}

/** One answer of nvidia-smi. atMonotonicMs is when it was asked: the reading is not older. */
export type Answer<T> = { readonly state: 'ok'; readonly value: T; readonly atMonotonicMs: number } | Absent | Failed

/** What is known about the GPUs. Stale: the last reading failed in a way that says nothing about the GPUs, an earlier one is kept. */
export type GpuObservation =
  | { readonly state: 'ok'; readonly gpus: readonly Gpu[]; readonly report: Report; readonly atMonotonicMs: number }
  | Absent
  | Failed
  | {
      readonly state: 'stale'
      readonly lastGood: Report
      readonly ageMs: number
      readonly reason: FailureReason
      readonly detail: string
    }

/** What this room knows of the inventory; runtimes are the business of agent/runtime. */
export type ObservedInventory = Omit<Inventory, 'runtimes'>
