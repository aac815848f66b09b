import test from 'ava'
import type { Assignment, Change, HostRecord } from '../../../controller/domain/model.ts'
import { deploymentSchema } from '../../../controller/domain/spec/schema.ts'
import type { StoreChange } from '../../../controller/store/store.ts'
import type { AgentPort } from '../../../controller/usecases/agent-port.ts'
import { HostRegistry } from '../../../controller/usecases/host-registry.ts'
import { SpecDispatch } from '../../../controller/usecases/spec-dispatch.ts'
import { systemClock } from '../../../shared/clock/clock.ts'
import type { HostSpec } from '../../../shared/fleet/replica.ts'
import { emptyInventory } from '../../support/inventory.ts'
import { openTestLedger } from '../../support/ledger.ts'

const spec = deploymentSchema.parse({
  name: 'a',
  model: { name: 'a', path: '/models/a' },
  engine: { preset: 'llamacpp' },
  image: 'engine:1',
})
const assignment = (id: string, stage: Assignment['stage'] = 'starting'): Assignment => ({
  id,
  stage,
  deployment: 'a',
  revision: 1,
  hostId: 'h-1',
  gpuUuids: [],
  memoryMiB: 0,
  stageSinceUnixMs: 0,
  createdUnixMs: 0,
  drainVersion: 0,
  endpoint: '',
  apiKey: 'k',
})
const host: Change = {
  kind: 'putHost',
  host: { id: 'h-1', name: 'h', machineId: '', createdUnixMs: 0, cordoned: false, revoked: false, labels: {}, generation: 5 },
}
const revision: Change = {
  kind: 'putRevision',
  revision: { deployment: 'a', number: 1, spec, createdUnixMs: 0, author: '', state: 'current', message: '' },
}

const setUp = async () => {
  const world = await openTestLedger()
  await world.ledger.transact(() => ({ changes: [host, revision], result: undefined }))
  const hosts = new HostRegistry({
    facts: world.ledger.facts,
    lease: { leaseMs: 1_000, graceMs: 0 },
    clock: systemClock,
    onChange: () => {},
    onEvent: () => {},
  })
  const dispatch = new SpecDispatch(hosts)
  const sent: HostSpec[] = []
  const connect = (specGeneration: number) => {
    const port: AgentPort = { sendSpec: (hostSpec) => sent.push(hostSpec), ask: () => {}, cancelRequest: () => {}, close: () => {} }
    return hosts.connect(
      'h-1',
      { agentVersion: '', protocol: 1, address: '127.0.0.1', specGeneration, inventory: emptyInventory, labels: {} },
      port,
    )
  }
  const pass = async (...changes: StoreChange[]) => {
    await world.ledger.transact(() => ({ changes, result: undefined }))
    await world.ledger.transact((facts) => ({ changes: dispatch.prepare(facts, hosts.views()), result: undefined }))
    dispatch.send()
  }
  return { world, dispatch, hosts, sent, connect, pass }
}

test('a host gets a spec once it is there, a new one only when its content changed, and never an older generation', async (t) => {
  const { world, sent, connect, pass } = await setUp()
  await using _ = world
  await pass({ kind: 'putAssignment', assignment: assignment('a-1') })
  t.is(sent.length, 0)
  connect(0)
  await pass()
  t.deepEqual(
    sent.map(({ generation, replicas }) => [generation, replicas.map(({ id }) => id)]),
    [[6, ['a-1']]],
  )
  await pass({ kind: 'putAssignment', assignment: assignment('a-1', 'serving') })
  t.is(sent.length, 1, 'a stage is nothing that the host has to know')
  await pass({ kind: 'putAssignment', assignment: assignment('a-2') }, { kind: 'putAssignment', assignment: assignment('a-1', 'stopping') })
  t.deepEqual(sent.map(({ generation, replicas }) => [generation, replicas.map(({ id }) => id)]).at(-1), [7, ['a-2']])
  t.is(world.ledger.facts.hosts.get('h-1')?.generation, 7)
})

test('an agent that connects again gets the same spec, not a new generation', async (t) => {
  const { world, sent, connect, pass } = await setUp()
  await using _ = world
  connect(0)
  await pass()
  connect(6)
  await pass()
  t.deepEqual(
    sent.map(({ generation }) => generation),
    [6, 6],
  )
})

test('an agent that knows a later generation than a controller from a backup is still given a newer one', async (t) => {
  const { world, sent, connect, pass } = await setUp()
  await using _ = world
  connect(40)
  await pass()
  t.deepEqual(
    sent.map(({ generation }) => generation),
    [41],
  )
})

const profiled = (name: string, profile: string): StoreChange => ({
  kind: 'putResource',
  resource: { kind: 'Host', name, written: { kind: 'Host', name, profile }, createdUnixMs: 0, author: 'ada' },
})
const ownProfile = (written: object): StoreChange => ({
  kind: 'putResource',
  resource: {
    kind: 'TuningProfile',
    name: 'mine',
    written: { kind: 'TuningProfile', name: 'mine', ...written },
    createdUnixMs: 0,
    author: 'ada',
  },
})

test('a host is sent the resolved profile that it wants, and a new generation only when that changed', async (t) => {
  const { world, dispatch, hosts, sent, connect, pass } = await setUp()
  await using _ = world
  connect(0)
  await pass()
  t.is(sent.at(-1)?.tuning, undefined)
  await pass(ownProfile({ sysctl: { 'vm.swappiness': 10 } }), profiled('other', 'mine'))
  t.is(sent.length, 1, 'it is another host that wants a profile')
  await pass(profiled('h', 'mine'))
  t.deepEqual(
    sent.at(-1)?.tuning?.settings.map(({ kind, key, comparison, value }) => [kind, key, comparison, value]),
    [['sysctl', 'vm.swappiness', 'exact', '10']],
  )
  t.is(sent.length, 2)
  await pass(ownProfile({ sysctl: { 'vm.swappiness': { value: 10, reason: 'it is better so' } } }))
  t.is(sent.length, 2, 'a reason is nothing that a host has to act on')
  await pass(ownProfile({ sysctl: { 'vm.swappiness': 5 } }))
  t.is(sent.at(-1)?.tuning?.settings[0]?.value, '5')
  await pass(ownProfile({ sysctl: { 'vm.swappiness': 5 }, onDrift: 'report' }))
  t.is(sent.at(-1)?.tuning?.onDrift, 'report')
  await pass(profiled('h', 'none'))
  t.is(sent.at(-1)?.tuning, undefined)
  t.is(sent.length, 5)
  const record = () => world.ledger.facts.hosts.get('h-1') as HostRecord
  t.false(dispatch.hasTaken(record()))
  hosts.sighting('h-1').ackedGeneration = sent.at(-1)?.generation ?? 0
  t.true(dispatch.hasTaken(record()))
})

test('a profile that cannot be resolved is not sent, and the host says why', async (t) => {
  const { world, hosts, sent, connect, pass } = await setUp()
  await using _ = world
  connect(0)
  await pass(profiled('h', 'gone'))
  t.is(sent.at(-1)?.tuning, undefined)
  t.regex(hosts.views().get('h-1')?.tuning?.problem ?? '', /no tuning profile "gone"/)
})

test('a host whose groups disagree keeps the profile it has, also over a start of the controller', async (t) => {
  const { world, hosts, sent, connect, pass } = await setUp()
  await using _ = world
  const group = (name: string, profile: string): StoreChange => ({
    kind: 'putResource',
    resource: { kind: 'HostGroup', name, written: { kind: 'HostGroup', name, hosts: ['h'], profile }, createdUnixMs: 0, author: 'ada' },
  })
  connect(0)
  await pass(group('a', 'inference'))
  const profile = sent.at(-1)?.tuning
  t.is(profile?.name, 'inference')
  await pass(group('b', 'network-lossless'))
  t.is(sent.at(-1)?.tuning, profile)
  t.is(sent.length, 1)
  hosts.sighting('h-1').tuning = {
    profile: 'inference',
    digest: profile?.digest ?? '',
    state: 'applied',
    differing: [],
    message: '',
    checkedUnixMs: 1,
  }
  const restarted = new SpecDispatch(hosts)
  await world.ledger.transact((facts) => ({ changes: restarted.prepare(facts, hosts.views()), result: undefined }))
  restarted.send()
  t.is(sent.at(-1)?.tuning?.digest, profile?.digest)
})

test('what a host tells of a replica that was given up, while a decision is being stored, is part of the next decision', async (t) => {
  const { world, dispatch, hosts, sent, connect, pass } = await setUp()
  await using _ = world
  await pass({ kind: 'putAssignment', assignment: assignment('a-1', 'lost') })
  const connection = connect(0)
  const decidedWith = hosts.views()
  connection.status({ version: 1, baseVersion: 0, full: true, changed: [], removed: [] })
  await world.ledger.transact((facts) => ({ changes: dispatch.prepare(facts, decidedWith), result: undefined }))
  dispatch.send()
  t.deepEqual(sent, [])
  await pass()
  t.deepEqual(
    sent.map(({ replicas }) => replicas),
    [[]],
    'it was not had back, and is to stop',
  )
})
