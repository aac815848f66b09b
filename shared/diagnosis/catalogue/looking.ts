/** What can hinder any check from looking. All of these are UNKNOWN. */
export const lookingChecks = [] as const

export type LookingFindings = {
  /** A program is not installed. */
  readonly 'looking.program-missing': { readonly program: string; readonly package: string }
  readonly 'looking.forbidden': { readonly what: string }
  /** Past its deadline, and abandoned. */
  readonly 'looking.late': { readonly what: string; readonly deadlineMs: number }
  readonly 'looking.failed': { readonly what: string; readonly message: string }
  /** It worked, but said nothing that could be read. */
  readonly 'looking.unreadable': { readonly what: string }
}
export type LookingCauses = Record<never, never>
export type LookingEvents = Record<never, never>
