/** One name of the vocabulary, as Prometheus knows metrics. */
export interface Metric {
  readonly type: 'gauge' | 'counter' | 'histogram'
  readonly help: string
  /** In the order in which values are given. */
  readonly labels: readonly string[]
  /** Whether the agent keeps its past for diagnosis. */
  readonly history: boolean
}

type Labels = readonly string[]

export const gauge = (help: string, labels: Labels = []): Metric => ({ type: 'gauge', help, labels, history: false })
export const counter = (help: string, labels: Labels = []): Metric => ({ type: 'counter', help, labels, history: false })
/** Its series are NAME_bucket (with le as the last label), NAME_sum and NAME_count. */
export const histogram = (help: string, labels: Labels = []): Metric => ({ type: 'histogram', help, labels, history: false })
export const withHistory = (metric: Metric): Metric => ({ ...metric, history: true })
