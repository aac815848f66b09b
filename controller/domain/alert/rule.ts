import type { Labels } from './labels.ts'
import type { AlertTexts } from './model.ts'
import type { Severity } from './severity.ts'

/** Where the figures of a rule come from. Only series that fit `where` count, in which `*` stands for any text. */
export type RuleSource =
  | { readonly kind: 'signal'; readonly signal: string; readonly where: Labels }
  /** Series of hosts, divided by those of another metric with the same labels when `per` is given. */
  | { readonly kind: 'metric'; readonly metric: string; readonly per: string | undefined; readonly where: Labels }

/** A rule with all that it leaves out filled in. */
export interface AlertRule {
  readonly name: string
  readonly builtIn: boolean
  readonly enabled: boolean
  readonly severity: Severity
  readonly source: RuleSource
  readonly compare: 'above' | 'below'
  readonly threshold: number
  /** A firing alert is over only on this side of it. */
  readonly clear: number
  readonly forMs: number
  /** It has to be over for this long. */
  readonly keepFiringMs: number
  readonly noData: 'keep' | 'resolve'
  /** Of counters and of traffic. */
  readonly overMs: number
  readonly quantile: number
  readonly minRequests: number
  /** Of the KV cache: how full it has to be for GPU memory to count as needed. */
  readonly kvAbove: number
  /** The labels that series are brought together by, the worst of each counting; undefined: all of them. */
  readonly by: readonly string[] | undefined
  readonly labels: Labels
  readonly annotations: AlertTexts
  readonly runbook: string
  readonly inhibitedBy: readonly Inhibition[]
}

/** While the rule fires with the same values of these labels, alerts are not told. */
export interface Inhibition {
  readonly rule: string
  readonly equal: readonly string[]
}

/** Whether the rule holds for a value. */
export const holds = ({ compare, threshold }: AlertRule, value: number): boolean =>
  compare === 'above' ? value > threshold : value < threshold

/** Whether a firing alert is over at a value. */
export const isClear = ({ compare, clear }: AlertRule, value: number): boolean => (compare === 'above' ? value <= clear : value >= clear)
