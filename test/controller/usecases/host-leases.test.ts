import test from 'ava'
import fc from 'fast-check'
import { HostLeases } from '../../../controller/usecases/host-leases.ts'

const never = new AbortController().signal

test('whoever asks and in whatever order, a host is in one measurement at a time, and all of them run', async (t) => {
  const pair = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })).filter(([a, b]) => a !== b)
  await fc.assert(
    fc.asyncProperty(fc.array(pair, { maxLength: 30 }), async (pairs) => {
      const leases = new HostLeases()
      const busy = new Set<number>()
      let clashes = 0
      let ran = 0
      const measure = async (a: number, b: number) => {
        if (busy.has(a) || busy.has(b)) clashes += 1
        busy.add(a).add(b)
        for (let turn = 0; turn < 3; turn++) await Promise.resolve()
        busy.delete(a)
        busy.delete(b)
        ran += 1
      }
      await Promise.all(pairs.map(([a, b]) => leases.withBoth(`host-${a}`, `host-${b}`, never, () => measure(a, b))))
      return clashes === 0 && ran === pairs.length
    }),
  )
  t.pass()
})

test('a measurement that fails gives its hosts back, and one that was cancelled while it waited does not run', async (t) => {
  const leases = new HostLeases()
  const first = leases.withBoth('a', 'b', never, () => Promise.reject(new Error('no')))
  const stopping = new AbortController()
  const second = leases.withBoth('b', 'c', stopping.signal, async () => t.fail())
  stopping.abort()
  await t.throwsAsync(first, { message: 'no' })
  await t.throwsAsync(second, { code: 'DEADLINE_EXCEEDED' })
  t.is(await leases.withBoth('c', 'a', never, async () => 'ran'), 'ran')
})
