import type { AlertInputs, Observation } from '../inputs.ts'
import type { AlertRule } from '../rule.ts'

/** flag: 0 or 1. ratio: 0 to 1. */
export type Unit = 'flag' | 'count' | 'ratio' | 'seconds' | 'milliseconds' | 'days' | 'bytes'

export const ranges: Readonly<Record<Unit, { readonly least: number; readonly most: number }>> = {
  flag: { least: 0, most: 1 },
  ratio: { least: 0, most: 1 },
  count: { least: 0, most: 1e9 },
  seconds: { least: 0, most: 1e9 },
  milliseconds: { least: 0, most: 1e9 },
  days: { least: 0, most: 36_500 },
  bytes: { least: 0, most: 1e18 },
}

export type SignalOption = 'over' | 'quantile' | 'minRequests' | 'kvAbove'

/** Something that rules can be about beside bare metrics: what the controller knows, or what several metrics say together. */
export interface Signal {
  readonly help: string
  readonly unit: Unit
  /** Those of its series. */
  readonly labels: readonly string[]
  /** Fields of a rule that it heeds. */
  readonly options: readonly SignalOption[]
  readonly observe: (inputs: AlertInputs, rule: AlertRule) => Observation
  /** The same in PromQL on the names of docs/metrics.md, without the comparison; `where` is empty or such as `{host="gpu-01"}`. */
  readonly promql: (rule: AlertRule, where: string) => string
}

export const nothingUnknown = (): boolean => false
