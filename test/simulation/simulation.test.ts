import test from 'ava'
import { runSeed } from './run.ts'

const runs = Number(process.env.HOSTLER_SIMULATION_RUNS ?? 300)

test(`whatever happens to a fleet, what the design promises holds, and in the end it comes to rest (${runs} seeds)`, async (t) => {
  t.timeout(600_000)
  for (let seed = 1; seed <= runs; seed++) {
    const { failure } = await runSeed(seed)
    if (failure) {
      t.fail(
        [
          ...failure.trace,
          failure.message,
          `seed ${seed} broke: ${failure.property}`,
          `again with: node test/simulation/main.ts --seed ${seed} --trace`,
        ].join('\n'),
      )
      return
    }
  }
  t.pass()
})

test('the same seed always goes the same way', async (t) => {
  for (const seed of [11, 12, 13]) {
    const first = await runSeed(seed, { hashed: true })
    const second = await runSeed(seed, { hashed: true })
    t.is(second.digest, first.digest)
    t.is(second.steps, first.steps)
  }
})
