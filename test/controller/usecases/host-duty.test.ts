import test from 'ava'
import { cordonHosts, drainHosts, taintHosts, uncordonHosts } from '../../../controller/usecases/host-duty.ts'
import { removeHost } from '../../../controller/usecases/remove-host.ts'
import { thawEvictions } from '../../../controller/usecases/thaw.ts'
import { openTestLedger, type TestLedger } from '../../support/ledger.ts'
import { assignment } from '../domain/support/fleet.ts'

const join = ({ ledger }: TestLedger, ...names: readonly string[]) =>
  ledger.transact(() => ({
    changes: names.map((name) => ({
      kind: 'putHost' as const,
      host: { id: `h-${name}`, name, machineId: '', createdUnixMs: 0, cordoned: false, revoked: false, labels: {}, generation: 0 },
    })),
    result: undefined,
  }))

const reasons = async ({ store }: TestLedger) => (await store.events({ afterId: 0, limit: 100, subject: '' })).map(({ reason }) => reason)

test('a host is cordoned, drained and uncordoned, each told once and kept over a restart', async (t) => {
  await using world = await openTestLedger()
  await join(world, 'a', 'b')
  t.deepEqual(await cordonHosts(world.context, ['a', 'h-b', 'a'], 'ada'), [
    { host: 'a', changed: true },
    { host: 'b', changed: true },
  ])
  t.deepEqual(await cordonHosts(world.context, ['a'], 'ada'), [{ host: 'a', changed: false }])
  await drainHosts(world.context, ['a'], 'ada', false)
  t.deepEqual(await drainHosts(world.context, ['a'], 'bob', false), [{ host: 'a', changed: false }])
  t.like((await world.store.load()).hosts[0], { name: 'a', cordoned: true, drain: { by: 'ada', force: false } })
  t.deepEqual(await drainHosts(world.context, ['a'], 'bob', true), [{ host: 'a', changed: true }])
  await uncordonHosts(world.context, ['a', 'b'], 'ada')
  t.deepEqual(
    (await world.store.load()).hosts.map(({ cordoned, drain }) => [cordoned, drain]),
    [
      [false, undefined],
      [false, undefined],
    ],
  )
  t.deepEqual(await reasons(world), ['HostCordoned', 'HostCordoned', 'HostDraining', 'HostDraining', 'HostUncordoned', 'HostUncordoned'])
})

test('of several hosts all are changed or none', async (t) => {
  await using world = await openTestLedger()
  await join(world, 'a')
  await t.throwsAsync(drainHosts(world.context, ['a', 'c', 'd'], 'ada', false), {
    code: 'NOT_FOUND',
    message: /^no host is named c or d; nothing was changed/,
  })
  await t.throwsAsync(cordonHosts(world.context, [], 'ada'), { code: 'ARGUMENT_INVALID' })
  t.is(world.ledger.facts.hosts.get('h-a')?.drain, undefined)
})

test('a host that holds replicas is removed only with force, and they are named', async (t) => {
  await using world = await openTestLedger()
  await join(world, 'a')
  await world.ledger.transact(() => ({
    changes: ['ds7b-1', 'ds7b-2'].map((id) => ({ kind: 'putAssignment' as const, assignment: assignment(id, { hostId: 'h-a' }) })),
    result: undefined,
  }))
  await t.throwsAsync(removeHost(world.context, 'a', false), {
    code: 'CONFLICT',
    message: /holds ds7b-1, ds7b-2; .*hostler drain a\. .*--force/,
  })
  await removeHost(world.context, 'a', true)
  t.is(world.ledger.facts.assignments.size, 0)
})

test('what is lost is no reason to keep a host', async (t) => {
  await using world = await openTestLedger()
  await join(world, 'a')
  await world.ledger.transact(() => ({
    changes: [{ kind: 'putAssignment', assignment: assignment('ds7b-1', { hostId: 'h-a', stage: 'lost' }) }],
    result: undefined,
  }))
  await removeHost(world.context, 'a', false)
  t.is(world.ledger.facts.hosts.size, 0)
})

test('a thaw gives up the hosts that are away, and is kept; without a brake there is nothing to do', async (t) => {
  await using world = await openTestLedger()
  await join(world, 'a', 'b')
  const seen = {
    silences: () => [
      { hostId: 'h-a', heard: true, silentSinceUnixMs: 5 },
      { hostId: 'h-b', heard: true, silentSinceUnixMs: undefined },
    ],
    knowledge: () => [],
  }
  t.deepEqual(await thawEvictions(world.context, seen, 'ada'), { changed: false, gaveUp: [], stops: '' })
  await world.ledger.transact(() => ({
    changes: [{ kind: 'putBrake', brake: { frozen: true, sinceUnixMs: 7, excused: [] } }],
    result: undefined,
  }))
  t.true((await world.store.load()).brake.frozen)
  t.deepEqual(await thawEvictions(world.context, seen, 'ada'), { changed: true, gaveUp: ['a'], stops: '' })
  t.deepEqual((await world.store.load()).brake, { frozen: false, sinceUnixMs: 0, excused: ['h-a'] })
  t.deepEqual(await reasons(world), ['EvictionsThawed'])
})

test('taints are replaced by key and effect, taken off by key, and kept', async (t) => {
  await using world = await openTestLedger()
  await join(world, 'a')
  const stored = async () => (await world.store.load()).hosts[0]?.taints
  const search = { key: 'dedicated', value: 'search', effect: 'NoSchedule' } as const
  const taint = (put: Parameters<typeof taintHosts>[3], remove: Parameters<typeof taintHosts>[4] = []) =>
    taintHosts(world.context, ['a'], 'ada', put, remove)
  await taint([search, { ...search, effect: 'NoExecute' }])
  t.deepEqual(await taint([search]), [{ host: 'a', changed: false }])
  await taint([{ ...search, value: 'chat' }], [{ key: 'dedicated', effect: 'NoExecute' }])
  t.deepEqual(await stored(), [{ ...search, value: 'chat' }])
  await taint([], [{ key: 'dedicated' }])
  t.deepEqual(await stored(), [])
  await t.throwsAsync(taint([]), { code: 'ARGUMENT_INVALID' })
})
