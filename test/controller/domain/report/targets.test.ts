import test from 'ava'
import type { Assignment, HostView } from '../../../../controller/domain/model.ts'
import { narrowed } from '../../../../controller/domain/report/narrow.ts'
import { targetHosts } from '../../../../controller/domain/report/targets.ts'
import { emptyInventory } from '../../../support/inventory.ts'
import { diagnosisOf, result, unheardOf } from '../../diagnosis/answers.ts'

const uuid = (n: number): string => `GPU-${String(n).repeat(8)}-0000-4000-8000-000000000000`

const host = (name: string, uuids: readonly string[], revoked = false): [string, HostView] => [
  `h-${name}`,
  {
    record: { id: `h-${name}`, name, machineId: '', createdUnixMs: 0, cordoned: false, revoked, labels: {}, generation: 0 },
    presence: 'connected',
    inventory: {
      ...emptyInventory,
      gpus: uuids.map((each, index) => ({ uuid: each, index, model: 'H200', memoryMiB: 1, pciBusId: '', migEnabled: false })),
    } as HostView['inventory'],
    address: '',
    replicas: new Map(),
    synced: true,
    gpus: new Map(),
  },
]
const assignment = (id: string, hostId: string, gpuUuids: readonly string[]): [string, Assignment] => [
  id,
  {
    id,
    deployment: 'chat',
    revision: 1,
    hostId,
    gpuUuids,
    memoryMiB: 0,
    stage: 'serving',
    stageSinceUnixMs: 0,
    createdUnixMs: 0,
    drainVersion: 0,
    endpoint: '',
    apiKey: '',
  },
]
const facts = {
  hosts: new Map([host('gpu-02', [uuid(3)]), host('gpu-01', [uuid(1), uuid(2)]), host('old', [], true)]),
  deployments: new Map(),
  assignments: new Map([assignment('chat-1', 'h-gpu-01', [uuid(1)]), assignment('chat-2', 'h-gpu-02', [uuid(3)])]),
}
const targets = (...names: string[]) =>
  targetHosts(names, facts).map(({ name, gpuUuids, replicas }) => [name, ...gpuUuids.map((each) => each.slice(0, 5)), ...replicas])

test('without targets it is every host that has not been removed, by name', (t) => {
  t.deepEqual(targets(), [['gpu-01'], ['gpu-02']])
})

test('a target is a host, a GPU by UUID, its beginning or HOST:INDEX, a replica or a deployment', (t) => {
  t.deepEqual(targets('gpu-02'), [['gpu-02']])
  t.deepEqual(targets('h-gpu-02'), [['gpu-02']])
  t.deepEqual(targets(uuid(2)), [['gpu-01', 'GPU-2']])
  t.deepEqual(targets('gpu-33333333'), [['gpu-02', 'GPU-3']])
  t.deepEqual(targets('gpu-01:1'), [['gpu-01', 'GPU-2']])
  t.deepEqual(targets('chat-2'), [['gpu-02', 'chat-2']])
  t.deepEqual(targets('chat'), [
    ['gpu-01', 'chat-1'],
    ['gpu-02', 'chat-2'],
  ])
  t.deepEqual(targets('gpu-01', 'gpu-01:1'), [['gpu-01']], 'the host as a whole')
})

test('what is nothing is refused with what would be something', (t) => {
  t.throws(() => targets('gpu-09'), { code: 'NOT_FOUND', message: /nothing is named gpu-09; expected a host, a GPU/ })
  t.throws(() => targets('old'), { code: 'NOT_FOUND' })
  t.throws(() => targets('GPU-'), { code: 'NOT_FOUND' }, 'too short to mean one')
  t.throws(() => targetHosts([], { ...facts, hosts: new Map() }), { code: 'NOT_FOUND', message: /no hosts yet/ })
})

test('an answer is narrowed to the GPU or replica that was asked for, and keeps what concerns the whole host', (t) => {
  const placement = new Map([['chat-1', { deployment: 'chat', host: 'gpu-01', gpuUuids: [uuid(1)] }]])
  const diagnosis = diagnosisOf([
    result('x', [
      unheardOf(`gpu/${uuid(1)}`),
      unheardOf(`gpu/${uuid(2)}`),
      unheardOf('replica/chat-1'),
      unheardOf('replica/b'),
      unheardOf('host'),
    ]),
    result('y', [unheardOf(`gpu/${uuid(2)}`)]),
  ])
  const subjects = (gpuUuids: readonly string[], replicas: readonly string[]) =>
    narrowed(diagnosis, { hostId: 'h', name: 'gpu-01', gpuUuids, replicas }, placement).results.map(({ verdict, findings }) => [
      verdict,
      ...findings.map(({ subject }) => subject.slice(0, 14)),
    ])
  t.deepEqual(subjects([uuid(1)], []), [['CRITICAL', 'gpu/GPU-111111', 'replica/chat-1', 'host'], ['PASS']])
  t.deepEqual(subjects([], ['chat-1']), [['CRITICAL', 'gpu/GPU-111111', 'replica/chat-1', 'host'], ['PASS']])
  t.is(narrowed(diagnosis, { hostId: 'h', name: 'gpu-01', gpuUuids: [], replicas: [] }, placement), diagnosis)
})
