import test from 'ava'
import { withDone } from '../../../../controller/domain/tuning/done.ts'
import type { TuneAnswer, TuneRow } from '../../../../shared/tuning/answer.ts'

const row = (key: string, step: TuneRow['step'], state: TuneRow['state'] = 'holds'): TuneRow => ({
  kind: 'sysctl',
  key,
  comparison: 'exact',
  wanted: '1',
  live: '1',
  persisted: [],
  containers: [],
  used: 'unknown',
  usedBy: '',
  state,
  step,
  before: null,
  message: '',
  reason: '',
  source: '',
})
const answer = (rows: readonly TuneRow[]): TuneAnswer => ({
  action: 'apply',
  profile: 'p',
  atUnixMs: 1,
  state: 'applied',
  message: '',
  rows: [...rows],
  conflicts: [],
})

test('what was planned and holds now was done, however the host came to do it', (t) => {
  const planned = answer([
    row('a', 'set', 'differs'),
    row('b', 'none'),
    row('c', 'persist'),
    row('d', 'set', 'differs'),
    row('e', 'conflict'),
  ])
  const applied = answer([row('a', 'none'), row('b', 'none'), row('c', 'set-and-persist'), row('d', 'failed', 'differs'), row('e', 'none')])
  t.deepEqual(
    withDone(planned, applied).rows.map(({ key, step }) => [key, step]),
    [
      ['a', 'set'],
      ['b', 'none'],
      ['c', 'set-and-persist'],
      ['d', 'failed'],
      ['e', 'none'],
    ],
  )
})

test('what was planned and does not hold is not called done', (t) => {
  const told = withDone(answer([row('a', 'set', 'differs')]), answer([row('a', 'none', 'unreadable')]))
  t.is(told.rows[0]?.step, 'none')
})
