import type { CheckResult, Finding } from '../../shared/diagnosis/finding.ts'
import { found } from '../../shared/diagnosis/found.ts'
import { worstOf } from '../../shared/diagnosis/verdict.ts'
import { errnoOf, HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import { withDeadline } from '../../shared/lifecycle/deadline.ts'
import type { Check } from './check.ts'
import type { CheckContext } from './context.ts'

/** One after another, so that a diagnosis of a busy host takes nothing from its engines. Ends early, with what there is, when the signal aborts. */
export const runChecks = async (checks: readonly Check[], context: CheckContext, signal: AbortSignal): Promise<readonly CheckResult[]> => {
  const results: CheckResult[] = []
  for (const check of checks) {
    if (signal.aborted) break
    results.push(await runCheck(check, context, signal))
  }
  return results
}

/** Never rejects: a check that fails or is late is UNKNOWN. */
const runCheck = async (check: Check, context: CheckContext, signal: AbortSignal): Promise<CheckResult> => {
  const atUnixMs = context.nowUnixMs()
  const late = new AbortController()
  const bounded = AbortSignal.any([signal, late.signal])
  const finish = (findings: readonly Finding[], looked: CheckResult['looked']): CheckResult => ({
    check: check.id,
    verdict: worstOf(findings.map(({ verdict }) => verdict)),
    atUnixMs,
    durationMs: Math.max(0, context.nowUnixMs() - atUnixMs),
    findings: [...findings],
    looked,
  })
  try {
    const { findings, looked } = await withDeadline(check.run(context, bounded), check.deadlineMs, check.id)
    return finish(findings, [...looked])
  } catch (error) {
    return finish([whyNotLooked(check, error)], [])
  } finally {
    // What the check started and left behind ends with it.
    late.abort()
  }
}

const whyNotLooked = ({ id, deadlineMs }: Check, error: unknown): Finding => {
  const about = { subject: 'host', evidence: [] }
  const errno = errnoOf(error)
  if (error instanceof HostlerError && error.code === 'DEADLINE_EXCEEDED') {
    return found('looking.late', 'UNKNOWN', { ...about, params: { what: id, deadlineMs } })
  }
  if (errno === 'EACCES' || errno === 'EPERM') {
    const path = error instanceof Error && 'path' in error ? String(error.path) : id
    return found('looking.forbidden', 'UNKNOWN', { ...about, params: { what: path } })
  }
  return found('looking.failed', 'UNKNOWN', { ...about, params: { what: id, message: messageOf(error) } })
}
