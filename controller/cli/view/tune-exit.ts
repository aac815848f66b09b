/** What scripts learn from a tuning command. Pure. */
import type { TuneAction, TuneAnswer } from '../../../shared/tuning/answer.ts'
import { exitCodeOf, exitCodes } from '../exit-codes.ts'
import type { TuneOutcome } from './tuning.ts'

type Verdict = 'ok' | 'differs' | 'partial' | 'failure'

const verdicts: Readonly<Record<TuneAction, (answer: TuneAnswer) => Verdict>> = {
  plan: ({ rows, conflicts }) => (conflicts.length > 0 || rows.some(({ step }) => step !== 'none') ? 'differs' : 'ok'),
  status: ({ state, rows }) => ((state === 'applied' && rows.every(({ step }) => step === 'none')) || state === 'none' ? 'ok' : 'differs'),
  apply: ({ state }) => (state === 'applied' ? 'ok' : state === 'failed' ? 'failure' : 'partial'),
  revert: ({ state, rows }) => (state === 'failed' ? 'failure' : rows.some(({ step }) => step === 'failed') ? 'partial' : 'ok'),
}

/** 0 only when every host answered and all is as asked for; one host's own error code when there is no more than one kind of end. */
export const tuneExitCode = (action: TuneAction, outcomes: readonly TuneOutcome[]): number => {
  const codes = new Set(
    outcomes.map((outcome) => ('error' in outcome ? exitCodeOf(outcome.error.code) : exitCodes[verdicts[action](outcome.answer)].code)),
  )
  const [first = exitCodes.ok.code] = codes
  if (codes.size <= 1) return first
  const failed = outcomes.some((outcome) => 'error' in outcome || verdicts[action](outcome.answer) === 'failure')
  return failed || action === 'apply' || action === 'revert' ? exitCodes.partial.code : exitCodes.differs.code
}
