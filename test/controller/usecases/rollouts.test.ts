import test from 'ava'
import { deploymentSchema } from '../../../controller/domain/spec/schema.ts'
import type { UseCaseContext } from '../../../controller/usecases/context.ts'
import { applySpec, deleteDeployment, scale } from '../../../controller/usecases/deployments.ts'
import { versionOf } from '../../../controller/usecases/edits.ts'
import { abortCanary, promoteCanary, setPaused, undoRollout } from '../../../controller/usecases/rollouts.ts'
import { openTestLedger } from '../../support/ledger.ts'

const spec = (changes: Readonly<Record<string, unknown>> = {}) =>
  deploymentSchema.parse({
    name: 'a',
    model: { name: 'a', path: '/models/a' },
    engine: { preset: 'llamacpp' },
    image: 'engine:1',
    replicas: 3,
    update: { canary: { replicas: 1 } },
    ...changes,
  })

const alice = { author: 'alice' }
const bob = { author: 'bob' }

const deploymentOf = ({ ledger }: UseCaseContext) => {
  const found = ledger.facts.deployments.get('a')
  if (found === undefined) throw new Error('there is no deployment')
  return found
}

/** As if the first revision had served with all its replicas. */
const withGoodRevision = async (context: UseCaseContext) => {
  await applySpec(context, spec(), alice, false)
  await context.ledger.transact(() => ({
    changes: [{ kind: 'putDeployment', deployment: { ...deploymentOf(context), lastGoodRevision: 1 } }],
    result: undefined,
  }))
}

test('a revision begins as a canary beside one that has served, and is promoted or aborted once', async (t) => {
  await using world = await openTestLedger()
  const { context } = world
  await withGoodRevision(context)
  t.is(deploymentOf(context).canary, undefined)
  await t.throwsAsync(promoteCanary(context, 'a', alice), {
    code: 'CONFLICT',
    message: /no canary to promote; all its replicas are to run revision 1/,
  })
  await applySpec(context, spec({ image: 'engine:2' }), alice, false)
  t.is(deploymentOf(context).canary?.stableRevision, 1)
  t.like(await abortCanary(context, 'a', bob), { revision: 1, changed: true })
  t.is(deploymentOf(context).canary, undefined)
  t.like(context.ledger.facts.revisions.get('a')?.[1], { state: 'failed', message: 'bob gave the canary up' })
  await t.throwsAsync(abortCanary(context, 'a', bob), { code: 'CONFLICT', message: /no canary to abort/ })
  await applySpec(context, spec({ image: 'engine:3' }), alice, false)
  t.like(await promoteCanary(context, 'a', alice), { revision: 3 })
  t.is(deploymentOf(context).targetRevision, 3)
})

test('another revision takes the place of a canary, a spec without one lets it go on, and undo ends it', async (t) => {
  await using world = await openTestLedger()
  const { context } = world
  await withGoodRevision(context)
  await applySpec(context, spec({ image: 'engine:2' }), alice, false)
  await applySpec(context, spec({ image: 'engine:3' }), alice, false)
  t.like(deploymentOf(context), { targetRevision: 3, canary: { stableRevision: 1 } })
  await setPaused(context, 'a', true, alice)
  t.is(deploymentOf(context).canary?.servingSinceUnixMs, 0)
  await applySpec(context, spec({ image: 'engine:3', update: {} }), alice, false)
  t.like(deploymentOf(context), { targetRevision: 3, paused: true })
  t.is(deploymentOf(context).canary, undefined)
  await applySpec(context, spec({ image: 'engine:4' }), alice, false)
  t.like(await undoRollout(context, 'a', 1, bob), { revision: 1 })
  t.is(deploymentOf(context).canary, undefined)
})

test('of two who change the same version the second is told who was first, when and with what', async (t) => {
  await using world = await openTestLedger()
  const { context } = world
  await applySpec(context, spec(), alice, false)
  const ifVersion = versionOf(deploymentOf(context))
  await scale(context, 'a', 4, { ...bob, ifVersion })
  const lost = {
    code: 'CONFLICT',
    message: /is at version 2, not 1: bob scaled it from 3 to 4 replicas .*ago \(revision 1\).*--if-version 2/,
  }
  await t.throwsAsync(applySpec(context, spec({ image: 'engine:2' }), { ...alice, ifVersion }, false), lost)
  await t.throwsAsync(scale(context, 'a', 5, { ...alice, ifVersion }), lost)
  await t.throwsAsync(undoRollout(context, 'a', 1, { ...alice, ifVersion }), lost)
  await t.throwsAsync(setPaused(context, 'a', true, { ...alice, ifVersion }), lost)
  await t.throwsAsync(deleteDeployment(context, 'a', { ...alice, ifVersion }), lost)
  t.like(deploymentOf(context), { replicas: 4, targetRevision: 1, paused: false, deleting: false })
  await applySpec(context, spec({ image: 'engine:2' }), { ...alice, ifVersion: 2 }, false)
  t.is(versionOf(deploymentOf(context)), 3)
  await deleteDeployment(context, 'a', { ...alice, ifVersion: 3 })
  await t.throwsAsync(applySpec(context, spec({ name: 'b', model: { name: 'b', path: '/b' } }), { ...alice, ifVersion: 1 }, false), {
    code: 'NOT_FOUND',
  })
})

test('what changes nothing makes no new version, and of many at once exactly one wins', async (t) => {
  await using world = await openTestLedger()
  const { context } = world
  await applySpec(context, spec(), alice, false)
  await scale(context, 'a', 3, bob)
  await applySpec(context, spec(), bob, false)
  t.is(versionOf(deploymentOf(context)), 1)
  const tries = await Promise.allSettled([4, 5, 6, 7].map((replicas) => scale(context, 'a', replicas, { ...bob, ifVersion: 1 })))
  t.is(tries.filter(({ status }) => status === 'fulfilled').length, 1)
})
