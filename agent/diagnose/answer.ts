import type { AgentAsk } from '../../shared/fleet/ask.ts'
import type { Diagnosis } from './diagnosis.ts'

type DiagnoseAsk = Extract<AgentAsk, { readonly kind: 'diagnose' }>

/** Answers `hostler diagnose`: one HostDiagnosis. */
export const answerDiagnose = (diagnosis: Diagnosis) =>
  async function* ({ subject, fromUnixMs, toUnixMs }: DiagnoseAsk, signal: AbortSignal): AsyncGenerator<Buffer> {
    const done = await diagnosis.run({ subject, trigger: 'asked', cause: '', fromUnixMs, toUnixMs }, signal)
    yield Buffer.from(JSON.stringify(done))
  }
