/** What the open-loop generator is asked to do. */
export interface Order {
  readonly port: number
  /** A whole request, as it goes over the wire. */
  readonly request: string
  readonly ratePerSecond: number
  /** Before anything counts. */
  readonly warmUpSeconds: number
  readonly seconds: number
}

/** What it saw; latencies from the moment for which a request was scheduled to the end of its answer. */
export interface Measured {
  readonly sent: number
  readonly failed: number
  /** Opened in all: how many requests were under way at once. */
  readonly connections: number
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p99Ms: number
  /** The most by which a request went out after its moment. It is in the latencies. */
  readonly latestMs: number
}
