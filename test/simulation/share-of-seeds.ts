/** The seeds that are run with the other tests, in shares that go to processes of their own. */
import type { ExecutionContext } from 'ava'
import { runSeed } from './run.ts'

const shares = 2

/** Of all shares together. */
const runs = Number(process.env.HOSTLER_SIMULATION_RUNS ?? 900)

export const seedsOf = (share: number): readonly number[] =>
  Array.from({ length: runs }, (_, index) => index + 1).filter((seed) => seed % shares === share)

export const holdsFor = async (t: ExecutionContext, seeds: readonly number[]): Promise<void> => {
  t.timeout(600_000)
  for (const seed of seeds) {
    const { failure } = await runSeed(seed)
    if (failure) {
      const again = `again with: node test/simulation/main.ts --seed ${seed} --trace`
      t.fail([...failure.trace, failure.message, `seed ${seed} broke: ${failure.property}`, again].join('\n'))
      return
    }
  }
  t.pass()
}
