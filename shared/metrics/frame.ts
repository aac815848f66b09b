/** A round of a host's figures as it travels: the dictionary once, then figures in its order. NaN: no figure. */
export interface MetricFrame {
  readonly atUnixMs: number
  /** Grows by one with each new dictionary of a session. */
  readonly dictionary: number
  /** Only with the first frame of a dictionary. */
  readonly series: readonly { readonly name: string; readonly labels: readonly string[] }[]
  readonly values: ArrayLike<number>
}
