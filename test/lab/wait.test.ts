import test from 'ava'
import { eventually } from './wait.ts'

test('eventually returns the first value that is neither undefined nor false', async (t) => {
  let attempts = 0
  const value = await eventually(
    () => {
      attempts += 1
      if (attempts === 1) throw new Error('not yet')
      return attempts > 3 ? 'there' : undefined
    },
    { deadlineMs: 5_000, what: 'the value', everyMs: 1 },
  )
  t.is(value, 'there')
  t.is(attempts, 4)
})

test('eventually says what it waited for and what it last saw', async (t) => {
  const refuse = () => {
    throw new Error('connection refused')
  }
  await t.throwsAsync(eventually(refuse, { deadlineMs: 50, what: 'the server to answer', everyMs: 10 }), {
    message: 'waited 50 ms for the server to answer; last seen: connection refused',
  })
})

test('eventually cuts off an attempt that never ends', async (t) => {
  await t.throwsAsync(
    eventually(() => new Promise<string>(() => {}), { deadlineMs: 50, what: 'an answer' }),
    { message: 'waited 50 ms for an answer; last seen: no attempt finished' },
  )
})

test('eventually stops when its signal aborts', async (t) => {
  const controller = new AbortController()
  const waiting = eventually(() => undefined, { deadlineMs: 60_000, what: 'nothing', signal: controller.signal })
  controller.abort()
  await t.throwsAsync(waiting, { name: 'AbortError' })
})
