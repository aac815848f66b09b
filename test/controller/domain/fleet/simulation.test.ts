import test from 'ava'
import fc from 'fast-check'
import { applyChanges } from '../../../../controller/domain/fleet/apply.ts'
import { planFleet } from '../../../../controller/domain/fleet/plan.ts'
import { taintEffects } from '../../../../controller/domain/hosts/taints.ts'
import { propertyRuns } from '../../../support/property-runs.ts'
import { settings } from '../support/fleet.ts'
import { checkSafety } from '../support/safety.ts'
import { type Agent, type Behaviour, type Trial, World } from '../support/world.ts'

const names = ['alpha', 'beta'] as const
const behaviours: readonly Behaviour[] = ['good', 'good', 'good', 'good', 'good', 'stuck', 'crash', 'warm-fails', 'failed', 'blocked']

interface Op {
  readonly [fc.toStringMethod]: () => string
  readonly kind: string
  readonly run: (world: World) => void
}

const name = fc.constantFrom(...names)
const small = fc.nat({ max: 7 })
const update = fc
  .record({
    strategy: fc.constantFrom('auto' as const, 'surge' as const),
    maxSurge: fc.nat({ max: 2 }),
    maxUnavailable: fc.nat({ max: 2 }),
    automaticRollback: fc.boolean(),
    progressDeadline: fc.constant('60s'),
    drainTimeout: fc.constantFrom('5s', '60s'),
  })
  .map((one) => (one.maxSurge === 0 && one.maxUnavailable === 0 ? { ...one, maxSurge: 1 } : one))

const canary = fc.record({
  replicas: fc.integer({ min: 1, max: 2 }),
  promote: fc.constantFrom('manual' as const, 'health' as const),
  window: fc.constant('10s'),
})
type CanaryRules = typeof canary extends fc.Arbitrary<infer T> ? T : never

type Rules = typeof update extends fc.Arbitrary<infer T> ? T : never

const op = (kind: string, run: (world: World) => void): Op => ({ kind, run, [fc.toStringMethod]: () => kind })

const tick = (world: World) => world.tick(checkSafety(world))
const deploy = (
  one: string,
  behaviour: Behaviour,
  replicas: number,
  rules: Rules,
  gpus = 1,
  priority = 0,
  trial: CanaryRules | undefined = undefined,
): Op =>
  op(
    `deploy ${one} ${behaviour} x${replicas} ${JSON.stringify(rules)} gpus ${gpus} priority ${priority} canary ${JSON.stringify(trial)}`,
    (world) =>
      world.deploy(one, behaviour, replicas, {
        update: trial !== undefined && replicas > trial.replicas ? { ...rules, canary: trial } : rules,
        priority,
        resources: { gpus, memory: { request: '16Gi' } },
      }),
  )

const ops: fc.Arbitrary<Op> = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 12 }).map((ticks) => op(`wait ${ticks}`, (world) => repeat(ticks, () => tick(world)))) },
  { weight: 3, arbitrary: fc.constant(op('wait 40', (world) => repeat(40, () => tick(world)))) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        name,
        fc.constantFrom(...behaviours),
        fc.integer({ min: 0, max: 4 }),
        update,
        fc.constantFrom(1, 1, 1, 2),
        fc.constantFrom(0, 0, 10),
        fc.option(canary, { nil: undefined }),
      )
      .map((values) => deploy(...values)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(name, fc.nat({ max: 5 }))
      .map(([one, replicas]) => op(`scale ${one} ${replicas}`, (world) => world.change(one, { replicas }))),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(name, fc.boolean()).map(([one, paused]) => op(`pause ${one} ${paused}`, (world) => world.change(one, { paused }))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(name, small)
      .map(([one, targetRevision]) => op(`undo ${one} ${targetRevision}`, (world) => world.change(one, { targetRevision }))),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(name, fc.constantFrom('promote' as const, 'abort' as const))
      .map(([one, how]) => op(`${how} ${one}`, (world) => world.endCanary(one, how))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(name, fc.constantFrom<Trial>('good', 'failing', 'slow', 'idle'))
      .map(([one, trial]) => op(`trial ${one} ${trial}`, (world) => void world.trials.set(one, trial))),
  },
  { weight: 1, arbitrary: name.map((one) => op(`delete ${one}`, (world) => world.change(one, { deleting: true }))) },
  { weight: 2, arbitrary: small.map((which) => op(`cut ${which}`, (world) => setReachable(world, which, false))) },
  { weight: 2, arbitrary: small.map((which) => op(`return ${which}`, (world) => setReachable(world, which, true))) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(small, small)
      .map(([which, replica]) => op(`crash ${which} ${replica}`, (world) => world.crash(agentOf(world, which), replica))),
  },
  { weight: 2, arbitrary: small.map((which) => op(`drain ${which}`, (world) => world.drain(agentOf(world, which), true))) },
  { weight: 1, arbitrary: small.map((which) => op(`uncordon ${which}`, (world) => world.drain(agentOf(world, which), false))) },
  {
    weight: 1,
    arbitrary: fc.tuple(small, fc.subarray([...taintEffects], { maxLength: 1 })).map(([which, effects]) =>
      op(`taint ${which} ${effects}`, (world) =>
        world.taint(
          agentOf(world, which),
          effects.map((effect) => ({ key: 'test', value: '', effect })),
        ),
      ),
    ),
  },
  { weight: 1, arbitrary: fc.constant(op('restart controller', (world) => world.restartController())) },
  {
    weight: 1,
    arbitrary: fc.tuple(small, small).map(([which, lag]) => op(`lag ${which} ${lag}`, (world) => setGateway(world, which, { lag }))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(small, fc.boolean())
      .map(([which, idle]) => op(`idle ${which} ${idle}`, (world) => setGateway(world, which, { idle }))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(small, fc.boolean())
      .map(([which, connected]) => op(`gateway ${which} ${connected}`, (world) => setGateway(world, which, { connected }))),
  },
)

const shape = fc.record({
  gpusOfHosts: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4, size: 'max' }),
  gateways: fc.nat({ max: 2 }),
})

const repeat = (times: number, run: () => void): void => {
  for (let i = 0; i < times; i++) run()
}
const agentOf = (world: World, which: number): Agent => {
  const agent = world.agents[which % world.agents.length]
  if (agent === undefined) throw new Error('a world has at least one host')
  return agent
}
const setReachable = (world: World, which: number, reachable: boolean): void => void Object.assign(agentOf(world, which), { reachable })
const setGateway = (world: World, which: number, changes: { lag?: number; connected?: boolean; idle?: boolean }): void =>
  void Object.assign(world.gateways[which % Math.max(1, world.gateways.length)] ?? {}, changes)

/** The faults end: everyone is in touch, and what is wanted is a revision that works. */
const heal = (world: World): void => {
  for (const agent of world.agents) {
    agent.reachable = true
    world.drain(agent, false)
    world.taint(agent, [])
  }
  for (const gateway of world.gateways) Object.assign(gateway, { connected: true, lag: 0 })
  for (const one of world.state.deployments.values()) {
    if (one.deleting) continue
    world.change(one.name, { paused: false })
    const priority = one.name === 'beta' ? 10 : 0
    world.deploy(one.name, 'good', one.replicas, { priority, resources: { gpus: 1, memory: { request: '16Gi' } } })
  }
}

/** The plan is repeated on its own outcome until it changes nothing; it must get there soon. */
const settle = (world: World): number => {
  let state = world.state
  for (let round = 0; round < 20; round++) {
    const { changes } = planFleet(state, { nowUnixMs: world.nowMs, settings })
    if (changes.length === 0) return round
    state = applyChanges(state, changes)
  }
  throw new Error('the planner goes on changing a fleet in which nothing happens')
}

/** A deployment that comes up, and then whatever may happen. */
const scenario = fc
  .tuple(shape, fc.tuple(name, fc.integer({ min: 1, max: 4 }), update), fc.array(ops, { minLength: 1, maxLength: 40, size: 'max' }))
  .map(
    ([hosts, [one, replicas, rules], rest]) =>
      [hosts, [deploy(one, 'good', replicas, rules), op('wait 10', (world) => repeat(10, () => tick(world))), ...rest]] as const,
  )
const runs = propertyRuns(300)
const parameters = (seed: string | undefined) => ({ numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) })

test('no sequence of faults and wishes makes two holders of a GPU, oversells memory, cuts requests or takes more replicas than allowed', (t) => {
  fc.assert(
    fc.property(scenario, ([hosts, steps]) => {
      const world = new World(hosts)
      for (const step of steps) {
        step.run(world)
        tick(world)
        settle(world)
      }
    }),
    parameters(process.env.HOSTLER_SEED),
  )
  t.pass()
})

test('once faults end every replica that has room serves, and then the planner changes nothing', (t) => {
  fc.assert(
    fc.property(scenario, ([hosts, steps]) => {
      const world = new World(hosts)
      for (const step of steps) step.run(world)
      heal(world)
      repeat(300, () => tick(world))
      const idle = tick(world)
      if (idle.changes.length > 0) throw new Error(`still changing: ${JSON.stringify(idle.changes)}`)
      const room = hosts.gpusOfHosts.reduce((sum, count) => sum + count, 0)
      const wanted = [...world.state.deployments.values()].reduce((sum, { replicas }) => sum + replicas, 0)
      const reports = [...idle.reports.values()]
      const ready = reports.reduce((sum, report) => sum + report.ready, 0)
      if (ready !== Math.min(room, wanted))
        throw new Error(`${ready} ready, room for ${room}, wanted ${wanted}: ${JSON.stringify(reports.map(({ message }) => message))}`)
      if (wanted <= room && reports.some(({ state }) => state !== 'ready')) throw new Error(`not ready: ${JSON.stringify(reports)}`)
      for (const one of world.state.deployments.values()) {
        if (one.deleting) throw new Error(`${one.name} is still being deleted`)
      }
    }),
    parameters(process.env.HOSTLER_SEED),
  )
  t.pass()
})

test('once faults end a host whose replicas have room elsewhere is drained, and the others serve all that is wanted', (t) => {
  fc.assert(
    fc.property(scenario, small, ([hosts, steps], which) => {
      const world = new World(hosts)
      for (const step of steps) step.run(world)
      heal(world)
      const drained = agentOf(world, which)
      const index = world.agents.indexOf(drained)
      const room = hosts.gpusOfHosts.reduce((sum, count, i) => (i === index ? sum : sum + count), 0)
      const wanted = [...world.state.deployments.values()].reduce((sum, { replicas, deleting }) => sum + (deleting ? 0 : replicas), 0)
      repeat(300, () => tick(world))
      world.drain(drained, true)
      repeat(300, () => tick(world))
      const idle = tick(world)
      const left = idle.drains.get(drained.id) ?? []
      if (wanted <= room) {
        if (left.length > 0) throw new Error(`not drained: ${JSON.stringify(left)}`)
        for (const report of idle.reports.values()) if (report.state !== 'ready') throw new Error(`not ready: ${JSON.stringify(report)}`)
      } else for (const { message } of left) if (message === '') throw new Error('a replica does not say what it waits for')
      if (idle.changes.length > 0) throw new Error(`still changing: ${JSON.stringify(idle.changes)}`)
    }),
    parameters(process.env.HOSTLER_SEED),
  )
  t.pass()
})
