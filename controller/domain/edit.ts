/** The last change of a deployment that a person made. */
export interface Edit {
  readonly version: number
  readonly author: string
  readonly atUnixMs: number
  /** Such as `scaled it from 2 to 4 replicas`. */
  readonly what: string
}
