import type { Params } from '../finding.ts'

/** A remedy: what to do, and the command that does it. */
export interface Remedy {
  readonly text: string
  /** Empty: there is none, such as for reseating a cable. */
  readonly command: string
}

/** What a finding says to people. Remedies stand in the order in which to try them. */
export interface FindingWords {
  /** One line that a manager understands, with the numbers. */
  readonly title: string
  /** What it means for the service, and why it is thought to be so. */
  readonly why: string
  readonly remedies: readonly Remedy[]
}

export type ParamsByCode = { readonly [code: string]: Params }

/** The words of one room in one language: a code without words does not compile. */
export interface RoomWords<Check extends string, Findings extends ParamsByCode, Causes extends ParamsByCode, Events extends ParamsByCode> {
  /** What each check looks at. */
  readonly checks: { readonly [Id in Check]: string }
  readonly findings: { readonly [Code in keyof Findings]: (params: Findings[Code]) => FindingWords }
  /** Causes that were ruled out, as a clause: "the GPU is not in use by another process". */
  readonly causes: { readonly [Code in keyof Causes]: (params: Causes[Code]) => string }
  /** Events of the timeline, one line each. */
  readonly events: { readonly [Code in keyof Events]: (params: Events[Code]) => string }
}
