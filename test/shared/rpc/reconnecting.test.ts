import test from 'ava'
import { keepSession } from '../../../shared/rpc/reconnecting.ts'

const backoff = { firstMs: 4, factor: 2, capMs: 16 }

/** Sessions that last as long as they are told to, on a clock that only they move. */
const run = async (lastedMs: readonly number[]): Promise<readonly number[]> => {
  const stop = new AbortController()
  const waits: number[] = []
  let nowMs = 0
  let session = 0
  await keepSession(
    {
      session: async () => {
        nowMs += lastedMs[session] ?? 0
        session += 1
        throw new Error('broken')
      },
      backoff,
      clock: { monotonicMs: () => nowMs, unixMs: () => 0 },
      random: () => 0.999,
      onBroken: (_error, retryMs) => {
        waits.push(retryMs)
        if (waits.length === lastedMs.length) stop.abort()
      },
    },
    stop.signal,
  )
  return waits
}

test('sessions that break at once come further and further apart, up to the cap', async (t) => {
  t.deepEqual(await run([0, 0, 0, 0]), [4, 8, 16, 16])
})

test('after a session that lasted the next one comes soon again', async (t) => {
  t.deepEqual(await run([0, 0, 60_000, 0]), [4, 8, 4, 8])
})

test('a session that ends with the signal is the last one', async (t) => {
  const stop = new AbortController()
  let sessions = 0
  const session = async () => {
    sessions += 1
    stop.abort()
  }
  await keepSession(
    { session, backoff, clock: { monotonicMs: () => 0, unixMs: () => 0 }, random: () => 0, onBroken: () => t.fail() },
    stop.signal,
  )
  t.is(sessions, 1)
})
