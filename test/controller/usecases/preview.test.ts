import test from 'ava'
import fc from 'fast-check'
import { defaultPlanSettings } from '../../../controller/domain/fleet/settings.ts'
import type { FleetState } from '../../../controller/domain/model.ts'
import type { DeploymentDocument } from '../../../controller/domain/spec/schema.ts'
import { type Preview, previewSpecs } from '../../../controller/usecases/preview.ts'
import { openTestLedger } from '../../support/ledger.ts'
import { assignment, deployment, fleet, gateway, host, revision, specOf, status } from '../domain/support/fleet.ts'

const preview = async (state: FleetState, ...specs: readonly Partial<DeploymentDocument>[]): Promise<Preview> => {
  await using world = await openTestLedger()
  const context = { ...world.context, clock: { unixMs: () => 1_000_000, monotonicMs: () => 0 } }
  const before = structuredClone([...state.assignments.values()])
  const seen = await previewSpecs(
    { context, state: () => state, settings: defaultPlanSettings },
    specs.map((spec) => specOf(spec)),
    'ada',
  )
  if (world.ledger.facts.deployments.size > 0 || JSON.stringify([...state.assignments.values()]) !== JSON.stringify(before))
    throw new Error('a preview changed something')
  return seen
}

/** `ds7b` serves with as many replicas as host `a` has GPUs. */
const running = (gpus: number, spare = 0, spec: Partial<DeploymentDocument> = {}): FleetState => {
  const ids = Array.from({ length: gpus }, (_, index) => `ds7b-${index + 1}`)
  return fleet({
    deployments: [deployment('ds7b', { replicas: gpus, nextReplica: gpus + 1, lastGoodRevision: 1 })],
    revisions: [revision(1, specOf({ replicas: gpus, ...spec }))],
    hosts: [
      host('a', gpus, { replicas: ids.map((id, index) => status(id, 'ready', { gpuUuids: [`GPU-a-${index}`] })) }),
      ...(spare > 0 ? [host('b', spare)] : []),
    ],
    gateways: [gateway({ outstanding: new Map(ids.map((id) => [id, 3])) })],
    assignments: ids.map((id, index) => assignment(id, { gpuUuids: [`GPU-a-${index}`] })),
  })
}

const places = ({ replicas }: Preview) =>
  replicas.map(({ id, hosts, gpus, isNew }) => `${id} ${hosts.join()} ${gpus.join()} ${isNew ? 'new' : 'stays'}`)
const reasons = ({ events }: Preview) => events.map(({ reason, subject }) => `${reason} ${subject}`)

test('a deployment that fits is shown with the host and the GPUs of every replica', async (t) => {
  const seen = await preview(fleet({ hosts: [host('a', 2), host('b', 2)] }), { replicas: 3 })
  t.like(seen.deployments[0], { deployment: 'ds7b', revision: 1, created: true, changed: true, currentRevision: 0, fields: [] })
  t.deepEqual(places(seen), ['ds7b-1 a 0 new', 'ds7b-2 b 0 new', 'ds7b-3 a 1 new'])
  t.true(seen.settled)
  t.deepEqual(seen.shortages, [])
})

test('the same spec again changes nothing and takes no step', async (t) => {
  const seen = await preview(running(2), { replicas: 2 })
  t.like(seen.deployments[0], { changed: false, fields: [] })
  t.deepEqual(seen.events, [])
  t.deepEqual(places(seen), ['ds7b-1 a 0 stays', 'ds7b-2 a 1 stays'])
})

test('an update tells what differs, and how it would go: by surge where a GPU is free, by swap where none is', async (t) => {
  const changed = { replicas: 2, engine: { preset: 'vllm' as const, maxModelLen: 4096 } }
  const surged = await preview(running(2, 1), changed)
  t.deepEqual(surged.deployments[0]?.fields, [{ path: 'engine.maxModelLen', to: 4096 }])
  t.is(reasons(surged)[0], 'ReplicaPlaced replica/ds7b-3')
  const swapped = await preview(running(2), changed)
  t.is(reasons(swapped)[0], 'ReplicaDraining replica/ds7b-1')
  t.deepEqual(places(swapped), ['ds7b-3 a 0 new', 'ds7b-4 a 1 new'])
  t.is(reasons(swapped).filter((text) => text === 'RolloutComplete deployment/ds7b').length, 1)
})

test('what would not fit is told with the reason of every host, and so is who would lose a place by it', async (t) => {
  const seen = await preview(running(2), { name: 'strong', model: { name: 'strong', path: '/m' }, priority: 'high', replicas: 2 })
  t.true(reasons(seen).includes('Preempting deployment/strong'))
  t.deepEqual(
    seen.shortages.map(({ deployment: name, unplaced }) => [name, unplaced.count, unplaced.hosts[0]?.code]),
    [['ds7b', 2, 'gpus-taken']],
  )
  const large = await preview(running(2), { name: 'large', model: { name: 'large', path: '/m' }, resources: { gpus: 8 } })
  t.deepEqual(
    large.shortages.map(({ deployment: name }) => name),
    ['large'],
  )
})

test('what lacks a place anyway is not laid at the door of the plan', async (t) => {
  const state = running(1)
  const waiting = {
    ...state,
    deployments: new Map([...state.deployments, ['waits', deployment('waits', { createdUnixMs: 1 })]]),
    revisions: new Map([...state.revisions, ['waits', [revision(1, specOf({ name: 'waits', model: { name: 'waits', path: '/m' } }))]]]),
  }
  t.deepEqual((await preview(waiting, { replicas: 1 })).shortages, [])
})

test('several deployments are planned together, and one name of a model for two of them is refused as it would be', async (t) => {
  const two = [
    { name: 'one', model: { name: 'one', path: '/m' } },
    { name: 'two', model: { name: 'two', path: '/m' } },
  ]
  const seen = await preview(fleet({ hosts: [host('a', 1)] }), ...two)
  t.deepEqual(
    seen.shortages.map(({ deployment: name }) => name),
    ['two'],
  )
  await t.throwsAsync(preview(fleet({}), { name: 'one' }, { name: 'two' }), { code: 'NAME_TAKEN' })
})

test('a plan is the same each time it is made', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.nat({ max: 2 }), fc.integer({ min: 0, max: 4 }), async (gpus, spare, replicas) => {
      const spec = { replicas, image: 'other:1' }
      t.deepEqual(await preview(running(gpus, spare), spec), await preview(running(gpus, spare), spec))
    }),
    { numRuns: 10 },
  )
})
