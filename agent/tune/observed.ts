import type { TuneRow } from '../../shared/tuning/answer.ts'
import type { Setting } from '../../shared/tuning/profile.ts'
import type { Reading } from './live/live.ts'

/** A place that makes a value hold after a boot or a restart. */
export interface PersistedValue {
  readonly file: string
  /** From 1; 0 where the file has no lines. */
  readonly line: number
  readonly value: string
  readonly wins: boolean
  /** Whether Hostler wrote it. */
  readonly ours: boolean
}

/** Someone else who sees to a setting, such as tuned, or a file that is read after ours. */
export interface Owner {
  readonly with: string
  /** What it sets; undefined: something that is only known to it. */
  readonly value: string | undefined
  readonly message: string
  readonly remedy: string
}

/** One value that can be set, and what it is now. */
export interface LiveReading {
  /** Empty where there is only one. */
  readonly device: string
  readonly reading: Reading
}

/** What was found about one setting of a profile. */
export interface Observed {
  readonly setting: Setting
  readonly live: readonly LiveReading[]
  readonly persisted: readonly PersistedValue[]
  readonly owners: readonly Owner[]
  readonly containers: TuneRow['containers']
  readonly used: TuneRow['used']
  readonly usedBy: string
  /** Why nothing may be changed here, such as a limit that the host cannot grant; empty: nothing speaks against it. */
  readonly obstacle: string
  /** Another sysctl that the kernel sets to 0 when this one is set, and what it is now. */
  readonly displaces: { readonly key: string; readonly value: string } | undefined
  /** More that people should know; empty: nothing. */
  readonly note: string
}

/** An observation of a setting about which nothing is known but its values. */
export const observed = (setting: Setting, live: readonly LiveReading[], more: Partial<Observed> = {}): Observed => ({
  setting,
  live,
  persisted: [],
  owners: [],
  containers: [],
  used: 'unknown',
  usedBy: '',
  obstacle: '',
  displaces: undefined,
  note: '',
  ...more,
})
