/** What an engine said of itself, as far as gateways make use of it. */
export interface EngineLoad {
  readonly replicaId: string
  /** Requests that it works on, whoever sent them. */
  readonly running: number
  /** Requests in its own queue. */
  readonly waiting: number
  /** Share of the KV cache in use; undefined where the engine does not tell. */
  readonly kvCacheRatio: number | undefined
  /** Of these figures. */
  readonly ageMs: number
}

/** What is older means nothing any more: agents look every 5 s, and tell with the next heartbeat. */
export const engineLoadFreshMs = 12_000
