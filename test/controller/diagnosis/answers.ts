/** What agents answer to a request for a diagnosis. */
import type { CheckResult, Finding } from '../../../shared/diagnosis/finding.ts'
import { found } from '../../../shared/diagnosis/found.ts'
import type { HostDiagnosis } from '../../../shared/diagnosis/host-diagnosis.ts'
import { worstOf } from '../../../shared/diagnosis/verdict.ts'
import type { Answerers } from '../../../shared/fleet/ask.ts'

export const missingProgram = (program = 'iperf3'): Finding =>
  found('looking.program-missing', 'UNKNOWN', { subject: 'host', params: { program, package: program }, evidence: [] })

/** As a newer agent would send it. */
export const unheardOf = (subject = 'host', verdict: Finding['verdict'] = 'CRITICAL'): Finding => ({
  code: 'gpu.melted',
  verdict,
  subject,
  params: { celsius: 1064 },
  confidence: 'certain',
  evidence: [{ source: 'nose', lines: ['smells of burnt epoxy'] }],
  ruledOut: [],
})

export const result = (check: string, findings: readonly Finding[] = [], atUnixMs = Date.now()): CheckResult => ({
  check,
  verdict: worstOf(findings.map(({ verdict }) => verdict)),
  atUnixMs,
  durationMs: 0,
  findings: [...findings],
  looked: findings.length === 0 ? [{ source: '/proc/loadavg', lines: ['0.00 0.01 0.05 1/500 1000'] }] : [],
})

export const diagnosisOf = (results: readonly CheckResult[], change: Partial<HostDiagnosis> = {}): HostDiagnosis => ({
  id: 'd-1',
  subject: 'host',
  trigger: 'asked',
  cause: '',
  fromUnixMs: Date.now() - 60_000,
  toUnixMs: Date.now(),
  results: [...results],
  events: [],
  series: [],
  ...change,
})

/** An agent that answers with this. */
export const answering = (answer: () => HostDiagnosis): Answerers => ({
  diagnose: async function* ({ subject, fromUnixMs, toUnixMs }) {
    yield Buffer.from(JSON.stringify({ ...answer(), subject, fromUnixMs, toUnixMs }))
  },
})
