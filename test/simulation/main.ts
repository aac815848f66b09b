/**
 * Runs seeds of the simulation by hand:
 *   node test/simulation/main.ts --seed 42 [--trace]
 *   node test/simulation/main.ts --seeds 1..10000 [--for 120]
 */
import { parseArgs } from 'node:util'
import { type Outcome, runSeed } from './run.ts'

const { argv, stdout } = process
const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    trace: { type: 'boolean' },
    for: { type: 'string' },
    all: { type: 'boolean' },
    progress: { type: 'boolean' },
  },
})
const say = (line: string) => stdout.write(`${line}\n`)

const tell = ({ seed, failure }: Outcome): void => {
  if (!failure) return
  for (const line of failure.trace) say(line)
  say(`seed ${seed} broke: ${failure.property}`)
  say(failure.message)
  say(`again with: node test/simulation/main.ts --seed ${seed} --trace`)
}

if (values.seed !== undefined) {
  const outcome = await runSeed(Number(values.seed), { hashed: true, ...(values.trace ? { print: say } : {}) })
  tell(outcome)
  const { virtualMs, steps, counts, digest, failure } = outcome
  say(
    `seed ${values.seed}: ${failure ? 'failed' : 'held'} over ${Math.round(virtualMs / 1_000)} s and ${steps} steps; ${JSON.stringify(counts)}; trace ${digest.slice(0, 16)}`,
  )
  process.exitCode = failure ? 1 : 0
} else {
  const [from = 1, to = from + 99] = (values.seeds ?? '1..100').split('..').map(Number)
  const beganMs = performance.now()
  const untilMs = beganMs + Number(values.for ?? 3_600) * 1_000
  const broken = new Map<string, number[]>()
  let ran = 0
  let virtualMs = 0
  for (let seed = from; seed <= to && performance.now() < untilMs; seed++) {
    if (values.progress) say(`seed ${seed}`)
    const outcome = await runSeed(seed)
    ran += 1
    virtualMs += outcome.virtualMs
    if (!outcome.failure) continue
    broken.set(outcome.failure.property, [...(broken.get(outcome.failure.property) ?? []), seed])
    if (values.all) say(`seed ${seed}: ${outcome.failure.message.split('\n')[0]}`)
    else {
      tell(outcome)
      break
    }
  }
  for (const [property, seeds] of broken) say(`${seeds.length} broke "${property}": ${seeds.slice(0, 12).join(' ')}`)
  const seconds = (performance.now() - beganMs) / 1_000
  say(
    `${ran} seeds, ${Math.round(virtualMs / 3_600_000)} h of virtual time, in ${seconds.toFixed(1)} s (${((seconds / ran) * 1_000).toFixed(1)} ms each)`,
  )
  process.exitCode = broken.size > 0 ? 1 : 0
}
