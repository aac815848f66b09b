import test from 'ava'
import fc from 'fast-check'
import { propertyRuns } from '../../../support/property-runs.ts'
import { GangWorld } from './world.ts'

type Op = { readonly name: string; readonly run: (world: GangWorld) => void; readonly toString: () => string }

const op = (name: string, run: Op['run']): Op => ({ name, run, toString: () => name })
const small = fc.nat({ max: 5 })
const ops = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.integer({ min: 1, max: 12 }).map((ticks) => op(`wait ${ticks}`, (world) => repeat(ticks, () => world.tick()))),
  },
  { weight: 3, arbitrary: fc.tuple(small, small).map(([a, b]) => op(`crash ${a} ${b}`, (world) => world.crash(a, b))) },
  { weight: 2, arbitrary: small.map((a) => op(`cut ${a}`, (world) => world.setReachable(a, false))) },
  { weight: 2, arbitrary: small.map((a) => op(`return ${a}`, (world) => world.setReachable(a, true))) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 }).map((count) => op(`scale ${count}`, (world) => world.scale(count))) },
  { weight: 1, arbitrary: fc.constant(op('roll out', (world) => world.rollOut())) },
)

const repeat = (times: number, run: () => void): void => {
  for (let i = 0; i < times; i++) run()
}

const scenario = fc.record({
  gpus: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 2, maxLength: 5 }),
  gangs: fc.integer({ min: 1, max: 2 }),
  hosts: fc.integer({ min: 2, max: 3 }),
  steps: fc.array(ops, { minLength: 1, maxLength: 25, size: 'max' }),
})
const parameters = {
  numRuns: propertyRuns(100),
  ...(process.env.HOSTLER_SEED === undefined ? {} : { seed: Number(process.env.HOSTLER_SEED) }),
}

test('whatever happens, no gang is placed or left in part, no GPU has two holders, and no two attempts of a gang meet', (t) => {
  fc.assert(
    fc.property(scenario, ({ gpus, gangs, hosts, steps }) => {
      const world = new GangWorld(gpus, gangs, hosts)
      repeat(5, () => world.tick())
      for (const step of steps) {
        step.run(world)
        world.tick()
      }
    }),
    parameters,
  )
  t.pass()
})

/** With one GPU a member: each gang takes one from as many hosts, the fullest first. */
const room = (gpus: readonly number[], hosts: number): number => {
  const left = gpus.toSorted((a, b) => b - a)
  for (let count = 0; ; count++) {
    left.sort((a, b) => b - a)
    if ((left[hosts - 1] ?? 0) < 1) return count
    for (let i = 0; i < hosts; i++) left[i] = (left[i] ?? 0) - 1
  }
}

test('once faults end every gang that has room serves, and nothing of any other is left on a host', (t) => {
  fc.assert(
    fc.property(scenario, ({ gpus, gangs, hosts, steps }) => {
      const world = new GangWorld(gpus, gangs, hosts)
      for (const step of steps) step.run(world)
      for (let which = 0; which < gpus.length; which++) world.setReachable(which, true)
      // Longer than the longest backoff that so few crashes can have led to.
      repeat(700, () => world.tick())
      const wanted = world.state.deployments.get('r1')?.replicas ?? 0
      const ready = world.ready()
      const running = world.agents.flatMap(({ processes }) => [...processes.values()]).length
      // The planner fills the fullest hosts first, which may leave room for fewer gangs than the best of all plans.
      if (ready < Math.min(wanted, 1, room(gpus, hosts)) || ready > wanted) throw new Error(`${ready} of ${wanted} ready`)
      if (running !== ready * hosts) throw new Error(`${running} members run for ${ready} gangs over ${hosts} hosts`)
    }),
    { ...parameters, numRuns: propertyRuns(40) },
  )
  t.pass()
})
