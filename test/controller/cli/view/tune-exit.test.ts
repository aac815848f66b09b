import test from 'ava'
import { tuneExitCode } from '../../../../controller/cli/view/tune-exit.ts'
import type { TuneOutcome } from '../../../../controller/cli/view/tuning.ts'
import type { ErrorCode } from '../../../../shared/errors/catalogue.ts'
import type { TuneAction, TuneAnswer, TuneRow } from '../../../../shared/tuning/answer.ts'
import type { TuningState } from '../../../../shared/tuning/status.ts'

const answered = (action: TuneAction, state: TuningState, steps: readonly TuneRow['step'][] = []): TuneOutcome => {
  const rows = steps.map((step) => ({ step }) as TuneRow)
  const answer: TuneAnswer = { action, profile: 'p', atUnixMs: 1, state, message: '', rows, conflicts: [] }
  return { host: 'a', answer }
}
const failed = (code: ErrorCode): TuneOutcome => ({ host: 'b', error: { code, message: '' } })

const cases: readonly (readonly [title: string, action: TuneAction, outcomes: readonly TuneOutcome[], code: number])[] = [
  ['a plan with nothing to do', 'plan', [answered('plan', 'applied', ['none', 'none'])], 0],
  ['a plan with something to do', 'plan', [answered('plan', 'pending', ['none', 'set'])], 7],
  ['a plan on hosts of which one differs', 'plan', [answered('plan', 'applied'), answered('plan', 'pending', ['persist'])], 7],
  ['a plan on hosts of which one cannot be asked', 'plan', [answered('plan', 'applied'), failed('HOST_UNREACHABLE')], 8],
  ['a host that does not exist', 'plan', [failed('NOT_FOUND')], 3],
  ['only hosts that cannot be asked', 'apply', [failed('HOST_UNREACHABLE'), failed('HOST_UNREACHABLE')], 1],
  ['the status of tuned and untuned hosts', 'status', [answered('status', 'applied'), answered('status', 'none')], 0],
  ['the status of a host that drifted', 'status', [answered('status', 'drifted')], 7],
  ['the status of a host that has drifted since it last looked', 'status', [answered('status', 'applied', ['none', 'set'])], 7],
  ['an apply that did everything', 'apply', [answered('apply', 'applied', ['set'])], 0],
  ['an apply that could not set everything', 'apply', [answered('apply', 'partial', ['set', 'failed'])], 8],
  ['an apply that was undone', 'apply', [answered('apply', 'failed')], 1],
  ['an apply that was undone on one of two hosts', 'apply', [answered('apply', 'applied'), answered('apply', 'failed')], 8],
  ['a revert that left what others changed', 'revert', [answered('revert', 'none', ['restore', 'left'])], 0],
  ['a revert that could not restore everything', 'revert', [answered('revert', 'none', ['restore', 'failed'])], 8],
]

for (const [title, action, outcomes, code] of cases) test(`${title} ends with ${code}`, (t) => t.is(tuneExitCode(action, outcomes), code))
