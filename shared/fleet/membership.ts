/** What a gateway serves: one immutable, versioned snapshot, always applied whole. */

export interface RateLimit {
  readonly requestsPerSecond: number
  /** Bucket capacity in requests. */
  readonly burst: number
}

export interface Endpoint {
  readonly replicaId: string
  /** `http://address:port` */
  readonly origin: string
  /** Secret that the engine asks for; only gateways and the replica's host hold it. */
  readonly apiKey: string
  /** Finish what it has, send nothing new. */
  readonly draining: boolean
  readonly revision: number
  /** 0: no cap. */
  readonly maxConcurrent: number
  /** What it can take beside the others, above 0. */
  readonly weight: number
}

export const routings = ['leastOutstanding', 'prefix'] as const
export type Routing = (typeof routings)[number]

/** The share of the requests that goes to the replicas of one revision, as long as they can take it; the rest goes to the others. */
export interface RevisionShare {
  readonly revision: number
  /** 0 to 1; 0: only when no other replica is there. */
  readonly share: number
}

export interface Route {
  readonly deployment: string
  /** Names clients may ask for. */
  readonly models: readonly string[]
  readonly endpoints: readonly Endpoint[]
  readonly rateLimit?: RateLimit | undefined
  /** LLM tokens of prompts and answers, for all clients together; 0: no limit. */
  readonly tokensPerMinute: number
  /** How long a request may wait while no replica can take it. */
  readonly holdMs: number
  readonly maxQueue: number
  /** Bodies of waiting requests, together; 0: no bound. */
  readonly maxQueueBytes: number
  /** Absent: all replicas are alike. */
  readonly canary?: RevisionShare | undefined
  /** leastOutstanding: wherever there is least to do. prefix: requests of one conversation together, as long as the load allows. */
  readonly routing: Routing
}

export interface ApiKeyRecord {
  readonly id: string
  readonly sha256Hex: string
  readonly tenant: string
  /** Empty: all models. */
  readonly models: readonly string[]
  readonly rateLimit?: RateLimit | undefined
  /** LLM tokens of prompts and answers; 0: no limit. */
  readonly tokensPerMinute: number
  /** Who comes first where requests wait: greater before smaller. */
  readonly priority: number
  /** 0: never. */
  readonly expiresUnixMs: number
}

export interface Snapshot {
  readonly version: number
  readonly routes: readonly Route[]
  readonly keys: readonly ApiKeyRecord[]
}
