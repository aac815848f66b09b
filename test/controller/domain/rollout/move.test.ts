import test from 'ava'
import { applyChanges } from '../../../../controller/domain/fleet/apply.ts'
import { planFleet } from '../../../../controller/domain/fleet/plan.ts'
import type { Assignment, FleetState, HostView } from '../../../../controller/domain/model.ts'
import type { DeploymentDocument } from '../../../../controller/domain/spec/schema.ts'
import type { ReplicaPhase } from '../../../../shared/fleet/replica.ts'
import { assignment, deployment, fleet, gateway, type HostOptions, host, revision, settings, specOf, status } from '../support/fleet.ts'

const now = 10_000_000
const plan = (state: FleetState) => planFleet(state, { nowUnixMs: now, settings })
const after = (state: FleetState): FleetState => applyChanges(state, plan(state).changes)
const stages = (state: FleetState): Record<string, string> =>
  Object.fromEntries([...state.assignments.values()].map(({ id, stage, hostId }) => [id, `${hostId.slice('host-'.length)} ${stage}`]))
const left = (state: FleetState, hostId = 'host-a') => plan(state).drains.get(hostId)

const drain = { sinceUnixMs: 0, by: 'ada', force: false }
const drained: HostOptions = { cordoned: true, drain }

type On = readonly [id: string, hostName: string, gpu: number, phase?: ReplicaPhase]

const hostWith = (name: string, gpus: number, replicas: readonly On[], options: HostOptions = {}): HostView =>
  host(name, gpus, {
    replicas: replicas
      .filter(([, hostName]) => hostName === name)
      .map(([id, , index, phase = 'ready']) => status(id, phase, { gpuUuids: [`GPU-${name}-${index}`] })),
    ...options,
  })

interface Scene {
  readonly replicas: readonly On[]
  readonly want: number
  readonly spare?: number
  readonly a?: HostOptions
  readonly spec?: Partial<DeploymentDocument>
  readonly paused?: boolean
  readonly changes?: Readonly<Record<string, Partial<Assignment>>>
}

/** Host `a`, which is drained, with two GPUs, and host `b` with as many as are said to be there. */
const scene = ({ replicas, want, spare = 2, a = drained, spec = {}, paused = false, changes = {} }: Scene): FleetState =>
  fleet({
    deployments: [deployment('ds7b', { replicas: want, nextReplica: 10, lastGoodRevision: 1, paused })],
    revisions: [revision(1, specOf(spec))],
    hosts: [hostWith('a', 2, replicas, a), hostWith('b', spare, replicas)],
    gateways: [gateway()],
    assignments: replicas.map(([id, name, index, phase = 'ready']) =>
      assignment(id, {
        hostId: `host-${name}`,
        gpuUuids: [`GPU-${name}-${index}`],
        stage: phase === 'ready' ? 'serving' : 'starting',
        stageSinceUnixMs: now,
        ...changes[id],
      }),
    ),
  })

test('a drain begins with a replacement elsewhere, and leaves what serves alone until that serves', (t) => {
  const state = after(scene({ replicas: [['ds7b-1', 'a', 0]], want: 1 }))
  t.deepEqual(stages(state), { 'ds7b-1': 'a serving', 'ds7b-10': 'b starting' })
  t.deepEqual(plan(state).changes, [], 'nothing more is begun')
  t.regex(left(state)?.[0]?.message ?? '', /^waits for its replacement: ds7b-10 is on its way to b/)
})

test('once the replacement serves, the replica drains, and the deployment is ready all the while', (t) => {
  const state = after(
    scene({
      replicas: [
        ['ds7b-1', 'a', 0],
        ['ds7b-2', 'b', 0],
      ],
      want: 1,
    }),
  )
  t.deepEqual(stages(state), { 'ds7b-1': 'a draining', 'ds7b-2': 'b serving' })
  t.is(state.assignments.get('ds7b-1')?.drainCause, 'host')
  t.is(plan(state).reports.get('ds7b')?.state, 'ready')
  t.regex(left(state)?.[0]?.message ?? '', /^finishes/)
})

test('replicas of one deployment move one after another, or as many at once as maxSurge says', (t) => {
  const two: readonly On[] = [
    ['ds7b-1', 'a', 0],
    ['ds7b-2', 'a', 1],
  ]
  const one = after(scene({ replicas: two, want: 2 }))
  t.deepEqual(Object.keys(stages(one)), ['ds7b-1', 'ds7b-2', 'ds7b-10'])
  t.deepEqual(Object.keys(stages(after(scene({ replicas: two, want: 2, spec: { update: { maxSurge: 2 } } })))).length, 4)
})

test('where nothing fits elsewhere the drain waits, says what would help, and the deployment stays ready', (t) => {
  const state = scene({ replicas: [['ds7b-1', 'a', 0]], want: 1, spare: 0 })
  t.deepEqual(stages(after(state)), { 'ds7b-1': 'a serving' })
  t.regex(left(state)?.[0]?.message ?? '', /^has no place elsewhere: /)
  t.is(plan(state).reports.get('ds7b')?.state, 'ready')
  t.is(plan(state).reports.get('ds7b')?.unplaced, undefined)
})

test('what maxUnavailable allows to be missing leaves even when it has no place elsewhere, and no more than that', (t) => {
  const state = after(
    scene({
      replicas: [
        ['ds7b-1', 'a', 0],
        ['ds7b-2', 'a', 1],
      ],
      want: 2,
      spare: 0,
      spec: { update: { maxUnavailable: 1 } },
    }),
  )
  t.deepEqual(stages(state), { 'ds7b-1': 'a draining', 'ds7b-2': 'a serving' })
  t.deepEqual(stages(after(state)), { 'ds7b-1': 'a draining', 'ds7b-2': 'a serving' }, 'and it is not taken back')
})

test('with force replicas leave at once, through the same handshake', (t) => {
  const state = after(scene({ replicas: [['ds7b-1', 'a', 0]], want: 1, a: { cordoned: true, drain: { ...drain, force: true } } }))
  t.deepEqual(stages(state), { 'ds7b-1': 'a draining', 'ds7b-10': 'b starting' })
})

test('a replica that serves nobody leaves at once', (t) => {
  const state = after(scene({ replicas: [['ds7b-1', 'a', 0, 'loading']], want: 1 }))
  t.deepEqual(stages(state), { 'ds7b-1': 'a stopping', 'ds7b-10': 'b starting' })
})

test('a controller that has just started takes nothing off a drained host that it has not heard of', (t) => {
  const state = scene({ replicas: [['ds7b-1', 'a', 0]], want: 1, a: { ...drained, presence: 'unknown', synced: false } })
  t.is(after(state).assignments.get('ds7b-1')?.stage, 'serving')
  t.regex(left(state)?.[0]?.message ?? '', /^waits until a is in touch/)
})

test('a replica that others have no place for either is not taken, however few are ready', (t) => {
  const state = after(
    scene({
      replicas: [
        ['ds7b-1', 'a', 0],
        ['ds7b-2', 'b', 0, 'loading'],
      ],
      want: 2,
      spare: 1,
    }),
  )
  t.is(state.assignments.get('ds7b-1')?.stage, 'serving')
})

test('a paused rollout does not keep a host from being drained', (t) => {
  const state = after(scene({ replicas: [['ds7b-1', 'a', 0]], want: 1, paused: true }))
  t.deepEqual(stages(state), { 'ds7b-1': 'a serving', 'ds7b-10': 'b starting' })
})

test('scaling down while a host drains takes the replicas of that host first', (t) => {
  const state = after(
    scene({
      replicas: [
        ['ds7b-1', 'a', 0],
        ['ds7b-2', 'b', 0],
      ],
      want: 1,
    }),
  )
  t.deepEqual(stages(state), { 'ds7b-1': 'a draining', 'ds7b-2': 'b serving' })
})

test('a drain that is ended half way keeps the replica where it is and gives its replacement up', (t) => {
  const state = after(
    scene({
      replicas: [
        ['ds7b-1', 'a', 0],
        ['ds7b-2', 'b', 0, 'loading'],
      ],
      want: 1,
      a: {},
    }),
  )
  t.deepEqual(stages(state), { 'ds7b-1': 'a serving', 'ds7b-2': 'b stopping' })
})

test('a drained host has nothing left, and a replica that nobody ordered still counts', (t) => {
  t.deepEqual(left(scene({ replicas: [], want: 0 })), [])
  const orphan = status('ds9-1', 'stopping')
  t.deepEqual(left(scene({ replicas: [], want: 0, a: { ...drained, replicas: [orphan] } })), [{ id: 'ds9-1', message: 'is being removed' }])
  t.is(left(scene({ replicas: [], want: 0 }), 'host-b'), undefined, 'only hosts that drain are reported')
})
