import type { CheckId } from '../../shared/diagnosis/catalogue.ts'
import type { Evidence, Finding } from '../../shared/diagnosis/finding.ts'
import type { Subject } from '../../shared/diagnosis/subjects.ts'
import type { CheckContext } from './context.ts'

export interface CheckOutcome {
  readonly findings: readonly Finding[]
  /** What a PASS rests on: the lines that were looked at, few and short. */
  readonly looked: readonly Evidence[]
}

/**
 * One thing to look at on this host. A check gathers with effects and judges in a pure function of its own, so that captured data can be
 * judged too. One that throws, or is late, becomes UNKNOWN; it never has to say so itself.
 */
export interface Check {
  readonly id: CheckId
  readonly subject: Subject
  /** Past this it is given up. */
  readonly deadlineMs: number
  run(context: CheckContext, signal: AbortSignal): Promise<CheckOutcome>
}
