import test from 'ava'
import { stepFor, Ticks } from '../../../../controller/gateway/proxy/ticks.ts'

test('A step is a tenth of the shortest limit, within bounds; no limit at all counts for nothing.', (t) => {
  t.is(stepFor([600_000, 120_000, 0, 3_600_000]), 500)
  t.is(stepFor([1_000, 400]), 40)
  t.is(stepFor([1]), 5)
  t.is(stepFor([0, 0]), 500)
})

test('A limit ends between its length and two steps after it.', async (t) => {
  using ticks = new Ticks(5)
  t.is(ticks.after(0), Number.POSITIVE_INFINITY)
  const startedMs = performance.now()
  const lastTick = ticks.after(20)
  t.is(lastTick, 5)
  const elapsedMs = await new Promise<number>((resolve) => {
    // Keeps the process there: the timer of the ticks does not.
    const guard = setInterval(() => {}, 1_000)
    ticks.start((now) => {
      if (now < lastTick) return
      clearInterval(guard)
      resolve(performance.now() - startedMs)
    })
  })
  // Timers count whole milliseconds.
  t.true(elapsedMs >= 19, `${elapsedMs} ms`)
})
