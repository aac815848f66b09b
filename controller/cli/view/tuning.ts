/** Documents about hosts, and answers about tuning, as the command line shows them. */
import type { ErrorCode } from '../../../shared/errors/catalogue.ts'
import type { TuneAnswer } from '../../../shared/tuning/answer.ts'
import type { TuningProfile } from '../../../shared/tuning/profile.ts'

export interface AppliedResource {
  /** Host, HostGroup or TuningProfile. */
  readonly kind: string
  readonly name: string
  readonly created: boolean
  readonly changed: boolean
  readonly notes: readonly string[]
}

/** A document as the controller keeps or brings it. */
export interface StoredDocument {
  readonly kind: string
  readonly name: string
  readonly builtIn: boolean
  /** 0 for a built-in one. */
  readonly createdUnixMs: number
  /** As it was written. */
  readonly document: unknown
  /** A profile with all that it inherits; absent when it cannot be made out. */
  readonly resolved?: TuningProfile | undefined
}

/** How tuning went on one host. */
export type TuneOutcome = { readonly host: string } & (
  | { readonly answer: TuneAnswer }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } }
)
