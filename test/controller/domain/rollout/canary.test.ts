import test from 'ava'
import fc from 'fast-check'
import { canaryFor, judgeCanary } from '../../../../controller/domain/rollout/canary.ts'
import { propertyRuns } from '../../../support/property-runs.ts'
import { deployment, specOf } from '../support/fleet.ts'
import { checkSafety } from '../support/safety.ts'
import { figuresOf, type Trial, World } from '../support/world.ts'

const canary = { replicas: 1, promote: 'health', window: '10s' } as const
const canaryPolicy = () => {
  const found = specOf({ replicas: 4, update: { canary } }).update.canary
  if (found === undefined) throw new Error('the spec has a canary')
  return found
}
const policy = canaryPolicy()
const minute = 60_000

const run = (world: World, ticks: number) => {
  for (let i = 0; i < ticks; i++) world.tick(checkSafety(world))
  return world.tick(checkSafety(world)).reports.get('ds7b')
}

const live = (world: World, revision: number) =>
  [...world.state.assignments.values()].filter((one) => one.revision === revision && (one.stage === 'starting' || one.stage === 'serving'))
    .length

/** Four replicas on as many GPUs as given, and a second revision that begins as a canary. */
const trialOf = (trial: Trial, gpus: readonly number[], update: Parameters<typeof specOf>[0] = {}) => {
  const world = new World({ gpusOfHosts: gpus, gateways: 2 })
  world.trials.set('ds7b', trial)
  const common = { resources: { gpus: 1, memory: { request: '1Gi' } }, ...update }
  world.deploy('ds7b', 'good', 4, common)
  run(world, 15)
  world.deploy('ds7b', 'good', 4, { ...common, update: { canary, ...update.update } })
  return world
}

test('a canary that fares well goes on to all replicas by itself, with a GPU to spare and without', (t) => {
  for (const gpus of [
    [3, 2],
    [2, 2],
  ]) {
    const world = trialOf('good', gpus)
    t.is(run(world, 12)?.state, 'canary')
    t.deepEqual([live(world, 1), live(world, 2)], [3, 1])
    t.is(run(world, 150)?.state, 'ready')
    t.deepEqual([live(world, 1), live(world, 2)], [0, 4])
    t.is(world.state.deployments.get('ds7b')?.lastGoodRevision, 2)
  }
})

test('a canary that is all that is wanted is not yet what one goes back to', (t) => {
  const world = trialOf('good', [3, 2], { update: { canary: { ...canary, promote: 'manual' } } })
  run(world, 12)
  t.is(live(world, 2), 1)
  world.change('ds7b', { replicas: 1 })
  run(world, 20)
  t.is(world.state.deployments.get('ds7b')?.lastGoodRevision, 1)
  world.deploy('ds7b', 'crash', 3, { resources: { gpus: 1, memory: { request: '1Gi' } }, update: { canary } })
  t.is(run(world, 60)?.state, 'rolled-back')
  t.is(world.state.deployments.get('ds7b')?.targetRevision, 1)
})

test('a canary that fails requests or is slow goes back by itself and says its numbers', (t) => {
  for (const [trial, words] of [
    ['failing', /100 of 1000 requests failed \(10.0 %\), of the stable revision 2 of 1000 requests failed \(0.2 %\)/],
    ['slow', /P90 of the first token 900 ms, of the stable revision 300 ms.*at most 1.5 times/],
  ] as const) {
    const world = trialOf(trial, [2, 2])
    const report = run(world, 80)
    t.is(report?.state, 'rolled-back')
    t.regex(report?.message ?? '', words)
    t.deepEqual([live(world, 1), live(world, 2)], [4, 0])
    t.is(world.state.revisions.get('ds7b')?.[1]?.state, 'failed')
  }
})

test('a canary without traffic says that it waits for traffic, for as long as there is none', (t) => {
  const world = trialOf('idle', [3, 2], { update: { canary, progressDeadline: '60s' } })
  const report = run(world, 400)
  t.is(report?.state, 'canary')
  t.regex(report?.message ?? '', /waits for traffic: 0 requests for it and 0 for the stable revision in the last 10 s, at least 100 each/)
  world.trials.set('ds7b', 'good')
  t.is(run(world, 60)?.state, 'ready')
})

test('a canary that is promoted by hand waits for the hand however well it fares, and aborting it brings the stable revision back', (t) => {
  for (const how of ['promote', 'abort'] as const) {
    const world = trialOf('good', [2, 2], { update: { canary: { ...canary, promote: 'manual' } } })
    t.regex(run(world, 60)?.message ?? '', /is good: .*hostler rollout promote ds7b/)
    t.deepEqual([live(world, 1), live(world, 2)], [3, 1])
    world.endCanary('ds7b', how)
    run(world, 80)
    t.deepEqual([live(world, 1), live(world, 2)], how === 'promote' ? [0, 4] : [4, 0])
  }
})

test('a paused canary is neither promoted nor given up, and loses and gains nothing', (t) => {
  for (const trial of ['good', 'failing'] as const) {
    const world = trialOf('idle', [3, 2])
    run(world, 15)
    world.change('ds7b', { paused: true })
    world.trials.set('ds7b', trial)
    const before = [live(world, 1), live(world, 2)]
    const report = run(world, 60)
    t.is(report?.state, 'paused')
    t.is(world.state.deployments.get('ds7b')?.targetRevision, 2)
    t.truthy(world.state.deployments.get('ds7b')?.canary)
    t.deepEqual([live(world, 1), live(world, 2)], before)
    world.change('ds7b', { paused: false })
    t.is(run(world, 150)?.state, trial === 'good' ? 'ready' : 'rolled-back')
  }
})

test('what is lost or asked for beside a canary is made of the stable revision', (t) => {
  const world = trialOf('idle', [6, 4])
  run(world, 15)
  world.change('ds7b', { replicas: 7 })
  run(world, 15)
  t.deepEqual([live(world, 1), live(world, 2)], [6, 1])
  world.change('ds7b', { replicas: 2 })
  run(world, 30)
  t.deepEqual([live(world, 1), live(world, 2)], [1, 1])
  world.change('ds7b', { replicas: 1 })
  t.regex(run(world, 30)?.message ?? '', /needs at least 2 replicas/)
  t.deepEqual([live(world, 1), live(world, 2)], [1, 0])
})

test('a deployment that is scaled up while its canary begins starts no replica beside it that has to go again', (t) => {
  for (const [from, to] of [
    [4, 5],
    [3, 6],
  ] as const) {
    const world = new World({ gpusOfHosts: [6, 6], gateways: 2 })
    const common = { resources: { gpus: 1, memory: { request: '1Gi' } } }
    world.trials.set('ds7b', 'idle')
    world.deploy('ds7b', 'good', from, common)
    run(world, 15)
    world.deploy('ds7b', 'good', from, { ...common, update: { canary } })
    world.change('ds7b', { replicas: to })
    for (let tick = 0; tick < 40; tick++) {
      run(world, 0)
      t.true(live(world, 1) <= to - 1, `${live(world, 1)} of the stable revision, ${to - 1} stay beside the canary`)
    }
    t.deepEqual([live(world, 1), live(world, 2)], [to - 1, 1])
  }
})

test('the first revision of a deployment, and one that follows none that was ever good, is no canary', (t) => {
  const spec = specOf({ replicas: 4, update: { canary } })
  t.is(canaryFor(undefined, spec, 1), undefined)
  t.is(canaryFor(deployment('ds7b'), spec, 1), undefined)
  t.is(canaryFor(deployment('ds7b', { lastGoodRevision: 3 }), spec, 1)?.stableRevision, 3)
  const onTrial = deployment('ds7b', { lastGoodRevision: 3, canary: { stableRevision: 2, startedUnixMs: 0, servingSinceUnixMs: 0 } })
  t.is(canaryFor(onTrial, spec, 1)?.stableRevision, 2, 'another revision in the place of a canary has the same stable one')
})

test('a verdict is good only after the whole window, and bad only on enough requests', (t) => {
  const side = fc.record({
    requests: fc.nat(2_000),
    errors: fc.nat(100),
    retried: fc.nat(50),
    ttftMs: fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: undefined }),
    spanMs: fc.nat(2 * minute),
  })
  fc.assert(
    fc.property(side, side, (mine, theirs) => {
      const verdict = judgeCanary(policy, { canary: mine, stable: { ...theirs, spanMs: mine.spanMs } })
      const few = Math.min(mine.requests + mine.retried, theirs.requests + theirs.retried) < policy.minRequests
      if (few) return verdict.kind === 'watching'
      return verdict.kind !== 'good' || mine.spanMs >= policy.windowMs
    }),
    { numRuns: propertyRuns(500) },
  )
  t.is(judgeCanary(policy, figuresOf('good', policy.windowMs)).kind, 'good')
  t.is(judgeCanary(policy, figuresOf('good', policy.windowMs - 1)).kind, 'watching')
  t.is(judgeCanary(policy, figuresOf('failing', 1_000)).kind, 'bad', 'bad at once')
  const retried = figuresOf('good', minute)
  t.is(
    judgeCanary(policy, { ...retried, canary: { ...retried.canary, retried: 100 } }).kind,
    'bad',
    'what others answered in its place counts',
  )
  const quick = { ...retried, canary: { ...retried.canary, ttftMs: 60 }, stable: { ...retried.stable, ttftMs: 20 } }
  t.is(judgeCanary(policy, quick).kind, 'good', 'a few milliseconds are no matter')
})
