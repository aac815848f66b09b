/** From best to worst; UNKNOWN ("could not look") is never silently PASS. */
export const verdicts = ['PASS', 'INFO', 'UNKNOWN', 'WARNING', 'CRITICAL'] as const
export type Verdict = (typeof verdicts)[number]

export const worstOf = (found: readonly Verdict[]): Verdict =>
  found.reduce<Verdict>((worst, verdict) => (verdicts.indexOf(verdict) > verdicts.indexOf(worst) ? verdict : worst), 'PASS')
