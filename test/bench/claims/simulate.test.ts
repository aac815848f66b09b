import test from 'ava'
import { capacityOf } from '../../../bench/claims/cases.ts'
import { type EngineShape, SimulatedEngine } from '../../../bench/claims/engine.ts'
import { plot } from '../../../bench/claims/plot.ts'
import { type Load, type Policy, simulate } from '../../../bench/claims/simulate.ts'

const engine: EngineShape = { slots: 2, stepMs: 10, slowdownPerSequence: 0.5 }

test.serial('A simulated engine slows down with its batch, keeps a line of its own, and drops what was cancelled.', (t) => {
  const simulated = new SimulatedEngine(engine)
  const ends: [string, number][] = []
  const work = (name: string, steps: number) => ({ steps, onEnd: (atMs: number) => void ends.push([name, Math.round(atMs)]) })
  simulated.start(work('a', 10), 0)
  t.is(simulated.nextEndMs(), 100, 'alone')
  simulated.start(work('b', 10), 50)
  // a has five steps left, of 15 ms now.
  t.is(simulated.nextEndMs(), 125)
  simulated.start(work('c', 2), 60)
  const cancelled = work('d', 1)
  simulated.start(cancelled, 60)
  simulated.cancel(cancelled, 70)
  for (let next = simulated.nextEndMs(); next !== Number.POSITIVE_INFINITY; next = simulated.nextEndMs()) simulated.endDue(next)
  t.deepEqual(ends, [
    ['a', 125],
    ['c', 155],
    ['b', 185],
  ])
})

const load: Load = { engines: [engine, engine], requestsPerSecond: 0, seconds: 20, medianSteps: 10, sigma: 0, patienceMs: 2_000, seed: 3 }
const capacity = capacityOf(load.engines, 10, 0)
const bare: Policy = { title: '', choice: 'least', maxConcurrent: 0, maxQueue: 0, holdMs: 0 }

test.serial(
  'Every request that is offered is answered, refused or lost, whoever decides, and the same seed gives the same run.',
  async (t) => {
    for (const policy of [
      bare,
      { ...bare, choice: 'turn' as const },
      { ...bare, maxConcurrent: 2, maxQueue: 4, holdMs: 100 },
      { ...bare, maxConcurrent: 2, maxQueue: 400, holdMs: 60_000 },
      { ...bare, rateLimit: { requestsPerSecond: 5, burst: 2 } },
    ]) {
      const run = () => simulate({ ...load, requestsPerSecond: capacity * 1.5 }, policy)
      const outcome = await run()
      t.true(outcome.offered > 100)
      t.is(outcome.latenciesMs.length + outcome.refused + outcome.left, outcome.offered)
      t.deepEqual(await run(), outcome)
    }
  },
)

test.serial('Under overload a bounded line keeps answers quick, and an unbounded one does not.', async (t) => {
  const most = async (policy: Policy) => Math.max(...(await simulate({ ...load, requestsPerSecond: capacity * 1.5 }, policy)).latenciesMs)
  const alone = 10 * 15
  t.true((await most({ ...bare, maxConcurrent: 2, maxQueue: 4, holdMs: 100 })) <= alone + 100 + 1)
  t.true((await most(bare)) > 10 * alone)
})

test.serial('The plot is one self-contained picture with every line in it.', (t) => {
  const svg = plot('A and B', 'x', [
    {
      title: 'y',
      lines: [
        {
          title: 'one',
          points: [
            [0, 1],
            [10, 5],
          ],
        },
      ],
      logarithmic: true,
    },
  ])
  t.regex(svg, /^<svg .*<\/svg>\n$/s)
  t.regex(svg, /<path class="line"/)
  t.notRegex(svg, /NaN|Infinity|undefined/)
})
