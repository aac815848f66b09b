import test from 'ava'
import fc from 'fast-check'
import type { Step } from '../../../agent/reconcile/step.ts'
import type { Instance } from '../../../agent/runtime/runtime.ts'
import { gpuReplica, gpus, World } from './world.ts'

type Action =
  | {
      readonly kind: 'spec'
      readonly replicas: readonly { readonly id: number; readonly gpus: readonly number[]; readonly content: number }[]
    }
  | { readonly kind: 'plan' | 'look' | 'crash' | 'finish' | 'vanish'; readonly which: number }
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'foreign' | 'linger'; readonly gpu: number; readonly on: boolean }
  | { readonly kind: 'fault'; readonly name: 'runtimeAway' | 'smiFails' | 'launchesFail' | 'pullsFail'; readonly on: boolean }

const replica = fc.record({
  id: fc.nat({ max: 3 }),
  gpus: fc.uniqueArray(fc.nat({ max: gpus.length - 1 }), { maxLength: 2 }),
  content: fc.nat({ max: 2 }),
})
const actions: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('spec' as const),
      replicas: fc.uniqueArray(replica, { selector: ({ id }) => id, maxLength: 4 }),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constantFrom('plan' as const, 'look' as const, 'finish' as const, 'finish' as const),
      which: fc.nat({ max: 5 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('crash' as const, 'vanish' as const), which: fc.nat({ max: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(1, 1_000, 60_000, 700_000) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('foreign' as const, 'linger' as const),
      gpu: fc.nat({ max: gpus.length - 1 }),
      on: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      name: fc.constantFrom('runtimeAway' as const, 'smiFails' as const, 'launchesFail' as const, 'pullsFail' as const),
      on: fc.boolean(),
    }),
  },
)

/** One of the two images is there already. */
const newWorld = (): World => {
  const world = new World()
  world.images.add('image-0')
  return world
}

const pick = <T>(items: readonly T[], which: number): T | undefined => items[which % Math.max(1, items.length)]
const uuid = (index: number): string => gpus[index] ?? ''

/** Plays actions on a world; every plan sees the world as of the last look, with all steps since then as under way. */
const play = (world: World, script: readonly Action[]): void => {
  let seen: readonly Instance[] = world.instances
  let since = new Map<string, Step>()
  for (const action of script) {
    if (action.kind === 'spec')
      world.setSpec(action.replicas.map(({ id, gpus: indexes, content }) => gpuReplica(`r${id}`, indexes.map(uuid), content)))
    if (action.kind === 'look') {
      seen = world.instances
      since = new Map(world.underway)
    }
    if (action.kind === 'plan') {
      const busy = new Map([...since, ...world.underway])
      world.plan(seen, [...busy.values()])
      // The agent looks anew for each plan.
      seen = world.instances
      since = new Map(world.underway)
    }
    if (action.kind === 'finish') world.finish(pick([...world.underway.keys()], action.which) ?? '')
    const victim =
      'which' in action
        ? pick(
            world.instances.filter(({ state }) => state === 'running'),
            action.which,
          )
        : undefined
    if (action.kind === 'crash' && victim) world.end(victim.id)
    if (action.kind === 'vanish' && victim) world.instances = world.instances.filter(({ id }) => id !== victim.id)
    if (action.kind === 'time') world.nowMs += action.ms
    if (action.kind === 'foreign') action.on ? world.foreign.set(uuid(action.gpu), 4_242) : world.foreign.delete(uuid(action.gpu))
    if (action.kind === 'linger') action.on ? world.lingering.set(uuid(action.gpu), 'r9') : world.lingering.delete(uuid(action.gpu))
    if (action.kind === 'fault') world[action.name] = action.on
    world.check()
  }
}

const heal = (world: World): void => {
  world.foreign.clear()
  world.lingering.clear()
  world.runtimeAway = false
  world.smiFails = false
  world.launchesFail = false
  world.pullsFail = false
}

const specs = fc.record({
  kind: fc.constant('spec' as const),
  replicas: fc.uniqueArray(replica, { selector: ({ id }) => id, minLength: 2, maxLength: 4 }),
})
const scripts: fc.Arbitrary<readonly Action[]> = fc
  .tuple(specs, fc.array(actions, { minLength: 10, maxLength: 80, size: 'max' }))
  .map(([first, rest]) => [first, ...rest])
const runs = { numRuns: 2_000 }

test('safety: no GPU ever has two holders, whatever fails and however late the agent looks', (t) => {
  fc.assert(
    fc.property(scripts, (script) => play(newWorld(), script)),
    runs,
  )
  t.pass()
})

test('safety: no launch on a GPU that a foreign or lingering process holds, or that cannot be read', (t) => {
  fc.assert(
    fc.property(scripts, (script) => {
      const world = newWorld()
      play(world, script)
      for (const step of world.plan().steps) {
        if (step.kind !== 'launch') continue
        for (const gpu of step.spec.gpuUuids)
          if (world.foreign.has(gpu) || world.lingering.has(gpu) || world.smiFails) throw new Error(`launch of ${step.replicaId} on ${gpu}`)
      }
    }),
    runs,
  )
  t.pass()
})

test('safety: what carries the id of another host is never stopped, removed or adopted', (t) => {
  fc.assert(
    fc.property(scripts, fc.nat({ max: 3 }), (script, id) => {
      const world = newWorld()
      const stranger = world.instance(gpuReplica(`r${id}`, []), { hostId: 'host-b' })
      world.instances = [stranger]
      play(
        world,
        script.filter(({ kind }) => kind !== 'crash' && kind !== 'vanish'),
      )
      heal(world)
      world.settle(50)
      if (!world.instances.includes(stranger)) throw new Error(`touched\n${world.log.join('\n')}`)
      if (world.log.length > 0 && world.instances.find((other) => other.id === stranger.id)?.state !== 'running') throw new Error('ended')
    }),
    { numRuns: 500 },
  )
  t.pass()
})

test('safety: without any spec nothing is touched', (t) => {
  const world = newWorld()
  world.instances = [world.instance(gpuReplica('r1', ['GPU-0']))]
  t.deepEqual(world.plan().steps, [])
})

test('safety: a running instance that matches its spec is never stopped or replaced', (t) => {
  fc.assert(
    fc.property(scripts, (script) => {
      const world = newWorld()
      play(world, script)
      heal(world)
      world.settle(80)
      const running = world.instances.filter(({ state }) => state === 'running')
      world.settle(20)
      const kept = new Set(world.instances.map(({ id }) => id))
      for (const { id } of running) if (!kept.has(id)) throw new Error(`${id} was replaced\n${world.log.join('\n')}`)
    }),
    runs,
  )
  t.pass()
})

test('liveness: when faults have ended, what can run runs, and what is in no spec is gone', (t) => {
  fc.assert(
    fc.property(scripts, (script) => {
      const world = newWorld()
      play(world, script)
      heal(world)
      world.settle(80)
      const wanted = world.spec?.replicas ?? []
      const running = world.instances.filter(({ state }) => state === 'running')
      const orphans = world.instances.filter(({ identity }) => !wanted.some(({ id }) => id === identity.replicaId))
      if (world.spec && orphans.length > 0) throw new Error(`orphans\n${world.log.join('\n')}`)
      const held = new Set(running.flatMap(({ identity }) => identity.gpuUuids))
      for (const spec of wanted) {
        const runs = running.some(({ identity }) => identity.replicaId === spec.id)
        // A spec may ask for one GPU twice; then one of the two runs.
        const oversold = spec.gpuUuids.some((gpu) => held.has(gpu))
        if (!runs && !oversold) throw new Error(`${spec.id} does not run\n${world.log.join('\n')}`)
      }
    }),
    runs,
  )
  t.pass()
})

test('liveness: no two replicas are ever given one port', (t) => {
  fc.assert(
    fc.property(scripts, (script) => {
      const world = newWorld()
      play(world, script)
      heal(world)
      world.settle(80)
      const ports = world.instances.filter(({ state }) => state === 'running').map(({ identity }) => identity.port)
      if (new Set(ports).size !== ports.length) throw new Error(`${ports.join()}\n${world.log.join('\n')}`)
    }),
    runs,
  )
  t.pass()
})
