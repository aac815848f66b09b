import test from 'ava'
import { runSeed } from './run.ts'

test('the same seed always goes the same way', async (t) => {
  for (const seed of [11, 12, 13]) {
    const first = await runSeed(seed, { hashed: true })
    const second = await runSeed(seed, { hashed: true })
    t.is(second.digest, first.digest)
    t.is(second.steps, first.steps)
  }
})
