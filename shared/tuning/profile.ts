/** What a host should be tuned to: a profile with everything it inherits resolved. */

export const settingKinds = [
  'sysctl',
  'transparent-huge-pages',
  'cpu-governor',
  'engine-limit',
  'nvidia-persistence',
  'nic-ring',
  'nic-check',
  'filesystem',
] as const
export type SettingKind = (typeof settingKinds)[number]

/** exact: this value. at-least: a floor; what is higher stays. advise: looked at and reported, never changed. */
export const comparisons = ['exact', 'at-least', 'advise'] as const
export type Comparison = (typeof comparisons)[number]

/** One thing that a profile wants. */
export interface Setting {
  readonly kind: SettingKind
  /** `net.core.somaxconn`, `enabled`, `scaling_governor`, `memlock`, `rx`, `pfc`, `type`: what it is called within its kind. */
  readonly key: string
  readonly comparison: Comparison
  /** As the kernel prints it; several numbers are separated by one space. */
  readonly value: string
  /** Why an inference host wants it, in one sentence. */
  readonly reason: string
  /** Who says so: documentation or a measurement, with its address where it has one. */
  readonly source: string
}

/** mend: drift is put right when it is found. report: it is only told. */
export const driftPolicies = ['mend', 'report'] as const
export type DriftPolicy = (typeof driftPolicies)[number]

export interface TuningProfile {
  readonly name: string
  /** Of the settings; equal digests are equal profiles. */
  readonly digest: string
  readonly onDrift: DriftPolicy
  readonly settings: readonly Setting[]
}
