import test from 'ava'
import { deploymentSchema } from '../../../controller/domain/spec/schema.ts'
import { applySpec, deleteDeployment, scale } from '../../../controller/usecases/deployments.ts'
import { Ledger } from '../../../controller/usecases/ledger.ts'
import { setPaused, undoRollout } from '../../../controller/usecases/rollouts.ts'
import { openTestLedger } from '../../support/ledger.ts'

const eve = { author: 'eve' }

const spec = (name: string, changes: Readonly<Record<string, unknown>> = {}) =>
  deploymentSchema.parse({ name, model: { name, path: `/models/${name}` }, engine: { preset: 'llamacpp' }, image: 'engine:1', ...changes })

test('the same spec again changes nothing, another image makes a revision, a limit changes in place', async (t) => {
  await using world = await openTestLedger()
  const { context, ledger } = world
  t.like(await applySpec(context, spec('a'), eve, false), { created: true, changed: true, revision: 1 })
  t.like(await applySpec(context, spec('a'), eve, false), { created: false, changed: false, revision: 1 })
  t.like(await applySpec(context, spec('a', { image: 'engine:2' }), eve, false), { changed: true, revision: 2 })
  t.like(await applySpec(context, spec('a', { image: 'engine:2', rateLimit: { requestsPerSecond: 5, burst: 5 } }), eve, false), {
    changed: true,
    revision: 2,
  })
  t.is(ledger.facts.revisions.get('a')?.[1]?.spec.rateLimit?.requestsPerSecond, 5)
  t.deepEqual(
    ledger.facts.revisions.get('a')?.map(({ state }) => state),
    ['superseded', 'current'],
  )
})

test('scaling by spec or by command starts no rollout', async (t) => {
  await using world = await openTestLedger()
  const { context, ledger } = world
  await applySpec(context, spec('a'), eve, false)
  t.like(await applySpec(context, spec('a', { replicas: 3 }), eve, false), { changed: true, revision: 1 })
  t.like(await scale(context, 'a', 2, eve), { changed: true, revision: 1 })
  t.is(ledger.facts.deployments.get('a')?.replicas, 2)
  await t.throwsAsync(scale(context, 'a', -1, eve), { code: 'ARGUMENT_INVALID' })
  await t.throwsAsync(scale(context, 'nobody', 1, eve), { code: 'NOT_FOUND', message: /there are: a/ })
})

test('an autoscaled deployment goes on from where it is when its spec is applied, and begins anew within new bounds', async (t) => {
  await using world = await openTestLedger()
  const { context, ledger } = world
  const replicas = () => ledger.facts.deployments.get('a')?.replicas
  await applySpec(context, spec('a', { autoscale: { min: 2, max: 6 } }), eve, false)
  t.is(replicas(), 2)
  await scale(context, 'a', 5, eve)
  t.like(await applySpec(context, spec('a', { autoscale: { min: 2, max: 6 } }), eve, false), { changed: false })
  t.is(replicas(), 5)
  await applySpec(context, spec('a', { autoscale: { min: 2, max: 4 } }), eve, false)
  t.is(replicas(), 4)
  await applySpec(context, spec('a', { image: 'engine:2', autoscale: { min: 2, max: 4 } }), eve, false)
  t.is(replicas(), 4)
})

test('scaling an autoscaled deployment by hand works within its bounds, and outside says what to change', async (t) => {
  await using world = await openTestLedger()
  const { context } = world
  await applySpec(context, spec('a', { autoscale: { min: 2, max: 6 } }), eve, false)
  t.like(await scale(context, 'a', 6, eve), { changed: true })
  await t.throwsAsync(scale(context, 'a', 0, eve), {
    code: 'ARGUMENT_INVALID',
    message: /scaled by its load between 2 and 6 replicas, and 0 is outside; change autoscale\.min or autoscale\.max/,
  })
})

test('a dry run says what would happen and does nothing', async (t) => {
  await using world = await openTestLedger()
  const { context, ledger } = world
  t.like(await applySpec(context, spec('a'), eve, true), { created: true, revision: 1 })
  t.is(ledger.facts.deployments.size, 0)
})

test('a model name that another deployment answers to is refused, aliases included', async (t) => {
  await using world = await openTestLedger()
  const { context } = world
  await applySpec(context, spec('a', { model: { name: 'm', path: '/models/m', aliases: ['chat'] } }), eve, false)
  await t.throwsAsync(applySpec(context, spec('b', { model: { name: 'chat', path: '/models/x' } }), eve, false), {
    code: 'NAME_TAKEN',
    message: /"chat".*"a"/,
  })
})

test('undo goes to the revision before, or to the one that is named, and never to one that failed by itself', async (t) => {
  await using world = await openTestLedger()
  const { context, ledger } = world
  for (const tag of ['1', '2', '3']) await applySpec(context, spec('a', { image: `engine:${tag}` }), eve, false)
  t.is((await undoRollout(context, 'a', 0, eve)).revision, 2)
  t.is((await undoRollout(context, 'a', 1, eve)).revision, 1)
  await t.throwsAsync(undoRollout(context, 'a', 0, eve), { code: 'NOT_FOUND', message: /no earlier revision/ })
  await t.throwsAsync(undoRollout(context, 'a', 9, eve), { code: 'NOT_FOUND', message: /1, 2, 3/ })
  t.deepEqual(
    ledger.facts.revisions.get('a')?.map(({ state }) => state),
    ['current', 'superseded', 'superseded'],
  )
})

test('what is being deleted takes no more changes, and deleting it again is no error', async (t) => {
  await using world = await openTestLedger()
  const { context } = world
  await applySpec(context, spec('a'), eve, false)
  await deleteDeployment(context, 'a', eve)
  t.like(await deleteDeployment(context, 'a', eve), { name: 'a' })
  await t.throwsAsync(applySpec(context, spec('a'), eve, false), { code: 'CONFLICT' })
  await t.throwsAsync(setPaused(context, 'a', true, eve), { code: 'CONFLICT' })
})

test('everything decided is there again after a restart', async (t) => {
  await using world = await openTestLedger()
  await applySpec(world.context, spec('a', { replicas: 3, env: { X: '1' } }), eve, false)
  await setPaused(world.context, 'a', true, eve)
  const again = await Ledger.open(world.store)
  t.deepEqual(again.facts.deployments.get('a'), world.ledger.facts.deployments.get('a'))
  t.deepEqual(again.facts.revisions.get('a'), world.ledger.facts.revisions.get('a'))
})

test('decisions made at the same time do not overwrite each other', async (t) => {
  await using world = await openTestLedger()
  await applySpec(world.context, spec('a'), eve, false)
  await Promise.all([scale(world.context, 'a', 4, eve), setPaused(world.context, 'a', true, eve)])
  t.like(world.ledger.facts.deployments.get('a'), { replicas: 4, paused: true })
})
