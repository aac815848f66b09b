/** Whether what a host found by itself is news. Pure. */
import type { HostDiagnosis } from '../../../shared/diagnosis/host-diagnosis.ts'
import { type Verdict, worstOf } from '../../../shared/diagnosis/verdict.ts'
import { isFault } from './findings.ts'

export interface Standing {
  readonly verdict: Verdict
  /** `CODE SUBJECT` of each fault, sorted. */
  readonly faults: readonly string[]
}

/** appeared: a report is due. gone: it was bad and is well again. same: nothing that is not known. */
export type News = 'appeared' | 'gone' | 'same'

export const standingOf = ({ results }: Pick<HostDiagnosis, 'results'>): Standing => ({
  verdict: worstOf(results.map(({ verdict }) => verdict)),
  faults: [
    ...new Set(
      results.flatMap(({ findings }) =>
        findings.filter(({ verdict }) => isFault(verdict)).map(({ code, subject }) => `${code} ${subject}`),
      ),
    ),
  ].sort(),
})

/**
 * A fault that lasts is told once, one that is added to it is told too, and one of several that goes is not. What broke is always news, unless it
 * was not found to be anything.
 */
export const newsOf = (trigger: HostDiagnosis['trigger'], before: Standing | undefined, now: Standing): News => {
  const known = before ?? { verdict: 'PASS', faults: [] }
  if (now.verdict === 'PASS') return isFault(known.verdict) ? 'gone' : 'same'
  if (trigger === 'break') return 'appeared'
  if (now.verdict !== known.verdict) return 'appeared'
  return now.faults.some((fault) => !known.faults.includes(fault)) ? 'appeared' : 'same'
}
