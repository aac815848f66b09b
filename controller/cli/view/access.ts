/** Who may come in, as the command line knows them. */

export interface Token {
  readonly id: string
  /** host, gateway or user. */
  readonly kind: string
  /** Only for users. */
  readonly role: string
  readonly createdUnixMs: number
  readonly expiresUnixMs: number
  readonly usesLeft: number
  readonly revoked: boolean
}

export interface ApiKey {
  readonly id: string
  readonly tenant: string
  /** The first characters of the key, enough to recognise it. */
  readonly prefix: string
  /** Empty: all models. */
  readonly models: readonly string[]
  /** 0: no limit. */
  readonly requestsPerSecond: number
  readonly burst: number
  /** LLM tokens; 0: no limit. */
  readonly tokensPerMinute: number
  /** Of its requests where they wait: -100 low, 0 normal, 100 high, 1000 critical. */
  readonly priority: number
  readonly createdUnixMs: number
  /** 0: never. */
  readonly expiresUnixMs: number
}
