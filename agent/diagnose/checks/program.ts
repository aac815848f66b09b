import { found } from '../../../shared/diagnosis/found.ts'
import type { BoundedRun } from '../../observe/run-bounded.ts'
import type { CheckOutcome } from '../check.ts'

/** What a check says that cannot run its program. */
export const missingProgram = (program: string, packageName: string): CheckOutcome => ({
  findings: [found('looking.program-missing', 'UNKNOWN', { subject: 'host', params: { program, package: packageName }, evidence: [] })],
  looked: [],
})

/** The output of a program that ended well. Throws otherwise, which makes the check UNKNOWN with these words. */
export const ended = (what: string, run: BoundedRun): string => {
  if (run.kind === 'exited' && run.code === 0) return run.output
  if (run.kind === 'exited') throw new Error(`${what} ended with exit status ${run.code}: ${run.output.trim().slice(0, 300)}`)
  if (run.kind === 'not-started') throw new Error(`${what} could not be started: ${run.message}`)
  throw new Error(`${what} was given up: ${run.kind}`)
}
