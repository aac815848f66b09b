import test from 'ava'
import { applyChanges } from '../../../../controller/domain/fleet/apply.ts'
import { planFleet } from '../../../../controller/domain/fleet/plan.ts'
import type { Assignment, Deployment, FleetState, HostView } from '../../../../controller/domain/model.ts'
import type { DeploymentDocument } from '../../../../controller/domain/spec/schema.ts'
import type { ReplicaStatus } from '../../../../shared/fleet/replica.ts'
import {
  assignment,
  deployment,
  type FleetOptions,
  fleet,
  gateway,
  gpu,
  host,
  inventory,
  revision,
  settings,
  specOf,
  status,
} from '../support/fleet.ts'

const now = 10_000_000
const plan = (state: FleetState, nowUnixMs = now) => planFleet(state, { nowUnixMs, settings })
const after = (state: FleetState, nowUnixMs = now): FleetState => applyChanges(state, plan(state, nowUnixMs).changes)
const stages = (state: FleetState): Record<string, string> =>
  Object.fromEntries([...state.assignments.values()].map(({ id, stage, revision: number }) => [id, `r${number} ${stage}`]))
const report = (state: FleetState) => plan(state).reports.get('ds7b')
const events = (state: FleetState): readonly string[] =>
  plan(state).changes.flatMap((change) => (change.kind === 'addEvent' ? [change.event.reason] : []))

const on = (id: string, index: number, changes: Partial<Assignment> = {}): Assignment =>
  assignment(id, { gpuUuids: [`GPU-a-${index}`], ...changes })

interface Scene extends Partial<Omit<FleetOptions, 'deployments' | 'hosts'>> {
  readonly gpus?: number
  readonly statuses?: readonly ReplicaStatus[]
  readonly deployment?: Partial<Deployment>
  readonly specs?: readonly Partial<DeploymentDocument>[]
  readonly hosts?: readonly HostView[]
}

/** One host `a`, and a deployment `ds7b` with as many revisions as specs. */
const scene = ({ gpus = 2, statuses = [], deployment: changes = {}, specs = [{}, {}], hosts = [], ...rest }: Scene): FleetState =>
  fleet({
    deployments: [deployment('ds7b', { replicas: 2, nextReplica: 10, lastGoodRevision: 1, ...changes })],
    revisions: specs.map((spec, index) =>
      revision(index + 1, specOf(spec), { state: index + 1 === (changes.targetRevision ?? 1) ? 'current' : 'superseded' }),
    ),
    hosts: [host('a', gpus, { replicas: statuses }), ...hosts],
    ...rest,
  })

const twoServing = {
  assignments: [on('ds7b-1', 0), on('ds7b-2', 1)],
  statuses: [status('ds7b-1', 'ready'), status('ds7b-2', 'ready')],
}

test('missing replicas are created with ids of their own, GPUs of their own and no secret yet', (t) => {
  const state = after(scene({ deployment: { lastGoodRevision: 0 } }))
  t.deepEqual(stages(state), { 'ds7b-10': 'r1 starting', 'ds7b-11': 'r1 starting' })
  t.is(new Set([...state.assignments.values()].flatMap(({ gpuUuids }) => gpuUuids)).size, 2)
  t.is(state.assignments.get('ds7b-10')?.apiKey, '')
  t.is(state.deployments.get('ds7b')?.nextReplica, 12)
})

test('a replica serves once its agent says that it is ready, with the endpoint that the agent gave', (t) => {
  const state = after(
    scene({
      assignments: [on('ds7b-1', 0, { stage: 'starting', endpoint: '' })],
      statuses: [status('ds7b-1', 'ready', { endpoint: '10.0.0.9:31000' })],
    }),
  )
  t.like(state.assignments.get('ds7b-1'), { stage: 'serving', endpoint: '10.0.0.9:31000' })
})

test('a revision that serves with all its replicas becomes the last good one', (t) => {
  const state = scene({ ...twoServing, deployment: { lastGoodRevision: 0 } })
  t.is(after(state).deployments.get('ds7b')?.lastGoodRevision, 1)
  t.true(events(state).includes('RolloutComplete'))
  t.like(report(after(state)), { state: 'ready', message: '2 of 2 replicas ready', ready: 2, updated: 2 })
})

test('with a free GPU a new revision surges before anything old is drained', (t) => {
  const state = after(scene({ ...twoServing, gpus: 3, deployment: { targetRevision: 2 } }))
  t.deepEqual(stages(state), { 'ds7b-1': 'r1 serving', 'ds7b-2': 'r1 serving', 'ds7b-10': 'r2 starting' })
})

test('once the surged replica serves, one old replica drains, the oldest first', (t) => {
  const state = after(
    scene({
      gpus: 3,
      assignments: [...twoServing.assignments, on('ds7b-3', 2, { revision: 2 })],
      statuses: [...twoServing.statuses, status('ds7b-3', 'ready')],
      deployment: { targetRevision: 2 },
    }),
  )
  t.deepEqual(stages(state), { 'ds7b-1': 'r1 draining', 'ds7b-2': 'r1 serving', 'ds7b-3': 'r2 serving' })
  t.like(state.assignments.get('ds7b-1'), { drainCause: 'rollout', drainVersion: 0, stageSinceUnixMs: now })
})

test('without a free GPU strategy auto swaps one replica in place, once it has drained', (t) => {
  const draining = after(
    scene({
      ...twoServing,
      deployment: { targetRevision: 2 },
      gateways: [gateway({ ackedVersion: 7, outstanding: new Map([['ds7b-1', 3]]) })],
    }),
  )
  t.deepEqual(stages(draining), { 'ds7b-1': 'r1 draining', 'ds7b-2': 'r1 serving' })
  t.deepEqual(plan(draining).changes, [], 'no version shows it as draining yet')
  const victim = draining.assignments.get('ds7b-1')
  if (victim === undefined) return t.fail()
  const shown = applyChanges(draining, [{ kind: 'putAssignment', assignment: { ...victim, drainVersion: 7 } }])
  t.deepEqual(plan(shown).changes, [], 'three requests are in flight')
  t.regex(plan(shown, now + 5_000).reports.get('ds7b')?.message ?? '', /ds7b-1 finishes 3 requests \(5 s\)/)
  const idle = { ...shown, gateways: [gateway({ ackedVersion: 7 })] }
  const swapped = after(idle)
  t.deepEqual(stages(swapped), { 'ds7b-1': 'r1 stopping', 'ds7b-2': 'r1 serving', 'ds7b-10': 'r2 starting' })
  t.deepEqual(swapped.assignments.get('ds7b-10')?.gpuUuids, ['GPU-a-0'], 'the successor gets the same GPUs')
  t.deepEqual(plan(swapped).changes, [], 'the second swap waits until the first successor serves')
})

test('strategy surge without a free GPU takes nothing down and says what it waits for', (t) => {
  const state = scene({ ...twoServing, specs: [{}, { update: { strategy: 'surge' } }], deployment: { targetRevision: 2 } })
  t.deepEqual(plan(state).changes, [])
  const said = report(state)
  t.is(said?.state, 'pending')
  t.regex(said?.message ?? '', /2 of 2 replicas ready; revision 2 waits for a free GPU \(strategy surge\): free 1 GPU on a/)
  t.is(said?.unplaced?.hosts[0]?.code, 'gpus-taken')
})

test('a swap waits while another replica is not ready', (t) => {
  const state = scene({
    ...twoServing,
    statuses: [status('ds7b-1', 'ready'), status('ds7b-2', 'unhealthy')],
    deployment: { targetRevision: 2 },
  })
  t.deepEqual(stages(after(state)), { 'ds7b-1': 'r1 serving', 'ds7b-2': 'r1 draining' }, 'the one that serves nobody goes first')
})

test('nothing is swapped for a GPU that a stopping replica is about to free', (t) => {
  const leaving = on('ds7b-2', 1, { stage: 'stopping', stageSinceUnixMs: now - 1000 })
  const state = scene({ ...twoServing, deployment: { replicas: 1, targetRevision: 2 }, assignments: [on('ds7b-1', 0), leaving] })
  t.deepEqual(stages(after(state)), { 'ds7b-1': 'r1 serving', 'ds7b-2': 'r1 stopping' })
  t.regex(report(state)?.message ?? '', /ds7b-2 is stopping/)
})

test('a swap whose new revision fits nowhere does not begin', (t) => {
  const state = scene({ ...twoServing, specs: [{}, { resources: { gpuMemory: '80Gi' } }], deployment: { targetRevision: 2 } })
  t.deepEqual(plan(state).changes, [])
  t.regex(report(state)?.message ?? '', /no replica of an older revision could give its place.*lower resources\.gpuMemory/)
})

test('a drain ends when every connected gateway has let go, whatever others last said', (t) => {
  const draining = on('ds7b-2', 1, { stage: 'draining', drainVersion: 7, drainCause: 'scale', stageSinceUnixMs: now - 1000 })
  const busy = gateway({ id: 'gone', connected: false, ackedVersion: 1, outstanding: new Map([['ds7b-2', 9]]) })
  const state = (gateways: FleetState['gateways']) =>
    scene({ ...twoServing, deployment: { replicas: 1 }, assignments: [on('ds7b-1', 0), draining], gateways })
  t.is(after(state([busy, gateway({ ackedVersion: 7 })])).assignments.get('ds7b-2')?.stage, 'stopping')
  t.is(after(state([busy, gateway({ ackedVersion: 6 })])).assignments.get('ds7b-2')?.stage, 'draining')
  t.is(after(state([gateway({ ackedVersion: 7, outstanding: new Map([['ds7b-2', 1]]) })])).assignments.get('ds7b-2')?.stage, 'draining')
})

test('a drain that outlasts its deadline is ended, and said so', (t) => {
  const draining = on('ds7b-2', 1, { stage: 'draining', drainVersion: 7, drainCause: 'scale', stageSinceUnixMs: now - 300_000 })
  const state = scene({
    ...twoServing,
    deployment: { replicas: 1 },
    assignments: [on('ds7b-1', 0), draining],
    gateways: [gateway({ ackedVersion: 1 })],
  })
  t.is(after(state).assignments.get('ds7b-2')?.stage, 'stopping')
  t.true(events(state).includes('DrainTimedOut'))
})

test('a stopping replica is forgotten only when its agent has told everything without it', (t) => {
  const stopping = on('ds7b-2', 1, { stage: 'stopping' })
  const state = (view: HostView) => fleet({ ...sceneParts, assignments: [on('ds7b-1', 0), stopping], hosts: [view] })
  const sceneParts = { deployments: [deployment('ds7b', { lastGoodRevision: 1 })], revisions: [revision(1, specOf())] }
  const ready = status('ds7b-1', 'ready')
  t.true(after(state(host('a', 2, { replicas: [ready, status('ds7b-2', 'stopping')] }))).assignments.has('ds7b-2'))
  t.true(after(state(host('a', 2, { replicas: [ready], synced: false }))).assignments.has('ds7b-2'))
  t.true(after(state(host('a', 2, { replicas: [ready], presence: 'silent' }))).assignments.has('ds7b-2'))
  t.false(after(state(host('a', 2, { replicas: [ready] }))).assignments.has('ds7b-2'))
})

const surged = (
  phase: ReplicaStatus['phase'],
  changes: Partial<ReplicaStatus> = {},
  ageMs = 1000,
  spec: Partial<DeploymentDocument> = {},
): FleetState =>
  scene({
    gpus: 3,
    specs: [{}, spec],
    deployment: { targetRevision: 2 },
    assignments: [
      ...twoServing.assignments,
      on('ds7b-3', 2, { revision: 2, stage: 'starting', endpoint: '', stageSinceUnixMs: now - ageMs, createdUnixMs: now - ageMs }),
    ],
    statuses: [...twoServing.statuses, status('ds7b-3', phase, changes)],
  })

for (const [title, state] of [
  ['its warm probe fails', surged('backoff', { reason: 'WARM_PROBE_FAILED', message: 'HTTP 500' })],
  ['its agent gives up', surged('failed', { message: 'HTTP 500' })],
  ['it exits again and again', surged('backoff', { reason: 'EXITED', restarts: 3, message: 'HTTP 500' })],
  ['preflight goes on refusing it', surged('blocked', { reason: 'IMAGE_MISSING', message: 'HTTP 500' }, 60_000)],
  ['it passes its progress deadline', surged('loading', { message: 'HTTP 500' }, 31 * 60_000)],
] as const) {
  test(`a new revision is rolled back by itself when ${title}`, (t) => {
    const rolledBack = after(state)
    t.like(rolledBack.deployments.get('ds7b'), { targetRevision: 1, lastGoodRevision: 1 })
    t.is(rolledBack.revisions.get('ds7b')?.[1]?.state, 'failed')
    t.regex(rolledBack.revisions.get('ds7b')?.[1]?.message ?? '', /ds7b-3 on a .*HTTP 500/)
    t.is(rolledBack.revisions.get('ds7b')?.[0]?.state, 'current')
    t.deepEqual(stages(rolledBack), { 'ds7b-1': 'r1 serving', 'ds7b-2': 'r1 serving', 'ds7b-3': 'r2 stopping' })
    t.like(report(rolledBack), { state: 'rolled-back', ready: 2 })
  })
}

test('one restart, a short refusal and a long load are no failures yet', (t) => {
  for (const state of [
    surged('backoff', { reason: 'EXITED', restarts: 2 }),
    surged('blocked', { reason: 'PORT_TAKEN' }, 5_000),
    surged('loading', {}, 20 * 60_000),
  ]) {
    t.is(after(state).deployments.get('ds7b')?.targetRevision, 2)
  }
})

test('without automatic rollback the revision is marked failed once and stays', (t) => {
  const state = after(
    surged('backoff', { reason: 'WARM_PROBE_FAILED', message: 'HTTP 500' }, 1000, { update: { automaticRollback: false } }),
  )
  t.is(state.deployments.get('ds7b')?.targetRevision, 2)
  t.is(state.revisions.get('ds7b')?.[1]?.state, 'failed')
  t.deepEqual(plan(state).changes, [])
  t.like(report(state), { state: 'failed' })
})

test('a first revision that fails has nothing to go back to: the deployment is failed with the reason', (t) => {
  const state = scene({
    specs: [{}],
    deployment: { replicas: 1, lastGoodRevision: 0 },
    assignments: [on('ds7b-1', 0, { stage: 'starting', endpoint: '', stageSinceUnixMs: now })],
    statuses: [
      status('ds7b-1', 'backoff', { restarts: 5, reason: 'OOM_KILLED', message: 'the kernel killed it; raise resources.memory.limit' }),
    ],
  })
  t.deepEqual(plan(state).changes, [])
  t.like(report(state), { state: 'failed', ready: 0 })
  t.regex(report(state)?.message ?? '', /0 of 1 replica ready; ds7b-1 on a exited 5 times .*raise resources\.memory\.limit/)
})

test('rolling back under strategy surge on a full fleet takes the failed replica away, though its place was never given up', (t) => {
  const state = scene({
    specs: [{ update: { strategy: 'surge' } }, { update: { strategy: 'surge', maxSurge: 0, maxUnavailable: 1 } }],
    deployment: { targetRevision: 2 },
    assignments: [on('ds7b-1', 0), on('ds7b-3', 1, { revision: 2, stage: 'starting', endpoint: '' })],
    statuses: [status('ds7b-1', 'ready'), status('ds7b-3', 'failed')],
  })
  t.deepEqual(stages(after(state)), { 'ds7b-1': 'r1 serving', 'ds7b-3': 'r2 stopping' })
})

test('a replica that preflight refuses is moved to a host that has not refused it, and remembers where it was', (t) => {
  const blocked = {
    specs: [{}],
    deployment: { replicas: 1 },
    assignments: [on('ds7b-1', 0, { stage: 'starting' as const, endpoint: '', stageSinceUnixMs: now - 60_000 })],
    statuses: [status('ds7b-1', 'blocked', { reason: 'MODEL_PATH_MISSING', message: '/models/ds7b does not exist' })],
  }
  const moved = after(scene({ ...blocked, hosts: [host('b', 1)] }))
  t.like(moved.assignments.get('ds7b-1'), { stage: 'stopping' })
  t.like(moved.assignments.get('ds7b-10'), { hostId: 'host-b', avoidHostIds: ['host-a'] })
  t.deepEqual(plan(scene(blocked)).changes, [], 'with no other host it stays')
})

test('a lost host’s replicas are given up and replaced elsewhere', (t) => {
  const state = fleet({
    deployments: [deployment('ds7b', { lastGoodRevision: 1, nextReplica: 2 })],
    revisions: [revision(1, specOf())],
    assignments: [on('ds7b-1', 0)],
    hosts: [host('a', 1, { presence: 'lost', replicas: [status('ds7b-1', 'ready')] }), host('b', 1)],
  })
  t.deepEqual(stages(after(state)), { 'ds7b-1': 'r1 lost', 'ds7b-2': 'r1 starting' })
  t.is(after(state).assignments.get('ds7b-2')?.hostId, 'host-b')
  t.deepEqual(plan({ ...state, frozen: true }).changes, [], 'the brake holds that back')
})

test('a silent host’s replicas are neither replaced nor counted as ready', (t) => {
  const state = scene({ ...twoServing, gpus: 0, hosts: [host('b', 2)] })
  const silent = {
    ...state,
    hosts: new Map([...state.hosts].map(([id, view]) => [id, id === 'host-a' ? { ...view, presence: 'silent' as const } : view])),
  }
  t.deepEqual(plan(silent).changes, [])
  t.like(report(silent), { state: 'degraded', ready: 0 })
})

test('a lost replica that nobody has replaced is had back when its host returns', (t) => {
  const state = scene({
    gpus: 1,
    deployment: { replicas: 1 },
    specs: [{}],
    assignments: [on('ds7b-1', 0, { stage: 'lost' })],
    statuses: [status('ds7b-1', 'ready')],
  })
  t.deepEqual(stages(after(state)), { 'ds7b-1': 'r1 starting' })
  t.deepEqual(stages(after(after(state))), { 'ds7b-1': 'r1 serving' })
})

test('a lost replica that was replaced is forgotten once its host has removed it', (t) => {
  const parts = { specs: [{}], deployment: { replicas: 1 }, assignments: [on('ds7b-1', 0, { stage: 'lost' }), on('ds7b-2', 1)] }
  const removing = scene({ ...parts, statuses: [status('ds7b-1', 'ready'), status('ds7b-2', 'ready')] })
  t.deepEqual(plan(removing).changes, [])
  const removed = scene({ ...parts, statuses: [status('ds7b-2', 'ready')] })
  t.deepEqual(stages(after(removed)), { 'ds7b-2': 'r1 serving' })
})

test('scaling down drains the youngest, and one that is not ready before any that is', (t) => {
  t.deepEqual(stages(after(scene({ ...twoServing, specs: [{}], deployment: { replicas: 1 } }))), {
    'ds7b-1': 'r1 serving',
    'ds7b-2': 'r1 draining',
  })
  const unready = scene({
    ...twoServing,
    specs: [{}],
    statuses: [status('ds7b-1', 'unhealthy'), status('ds7b-2', 'ready')],
    deployment: { replicas: 1 },
  })
  t.deepEqual(stages(after(unready)), { 'ds7b-1': 'r1 draining', 'ds7b-2': 'r1 serving' })
})

test('scaling up again while a replica drains takes it back', (t) => {
  const draining = on('ds7b-2', 1, { stage: 'draining', drainVersion: 3, drainCause: 'scale', stageSinceUnixMs: now })
  const state = scene({ ...twoServing, specs: [{}], assignments: [on('ds7b-1', 0), draining], gateways: [gateway({ ackedVersion: 1 })] })
  t.deepEqual(stages(after(state)), { 'ds7b-1': 'r1 serving', 'ds7b-2': 'r1 serving' })
})

test('scaling to nothing drains everything and is a ready state', (t) => {
  t.like(report(scene({ specs: [{}], deployment: { replicas: 0 } })), { state: 'ready', message: 'scaled to 0' })
})

test('a paused rollout replaces nothing old, and makes anew what is missing of the revision that serves', (t) => {
  const parts = { gpus: 3, deployment: { targetRevision: 2, paused: true } }
  t.deepEqual(plan(scene({ ...twoServing, ...parts })).changes, [])
  const one = scene({ ...parts, assignments: [on('ds7b-1', 0)], statuses: [status('ds7b-1', 'ready')] })
  t.deepEqual(stages(after(one)), { 'ds7b-1': 'r1 serving', 'ds7b-10': 'r1 starting' })
  t.is(report(one)?.state, 'paused')
})

test('deleting drains what serves, stops what starts, and ends with the deployment', (t) => {
  const state = after(
    scene({
      gpus: 3,
      ...twoServing,
      specs: [{}],
      deployment: { deleting: true },
      assignments: [on('ds7b-1', 0), on('ds7b-2', 1, { stage: 'starting' })],
    }),
  )
  t.is(state.assignments.get('ds7b-1')?.stage, 'draining')
  t.is(report(state)?.state, 'deleting')
  const empty = after(scene({ specs: [{}], deployment: { deleting: true } }))
  t.false(empty.deployments.has('ds7b'))
})

test('a deployment of the name of a deleted one gets no id that a lost host may still run', (t) => {
  const state = scene({
    gpus: 0,
    specs: [{}],
    deployment: { replicas: 1, nextReplica: 1, createdUnixMs: 500, lastGoodRevision: 0 },
    assignments: [on('ds7b-1', 0, { stage: 'lost', createdUnixMs: 100 })],
    statuses: [status('ds7b-1', 'stopping')],
    hosts: [host('b', 2, { replicas: [status('ds7b-2', 'ready')] })],
  })
  t.true(after(state).assignments.has('ds7b-3'))
})

test('a lost replica of a deleted deployment is never had back by its successor', (t) => {
  const state = scene({
    gpus: 2,
    specs: [{}],
    deployment: { replicas: 1, createdUnixMs: 500 },
    assignments: [on('ds7b-1', 0, { stage: 'lost', createdUnixMs: 100 })],
    statuses: [status('ds7b-1', 'ready')],
  })
  t.deepEqual(stages(after(state)), { 'ds7b-1': 'r1 lost', 'ds7b-10': 'r1 starting' })
})

test('when a swap’s host is lost half way, the one that was leaving is not had back onto GPUs that are promised to its successor', (t) => {
  const state = scene({
    gpus: 1,
    deployment: { replicas: 1, targetRevision: 1 },
    assignments: [on('ds7b-1', 0, { stage: 'lost', drainCause: 'swap' }), on('ds7b-2', 0, { stage: 'lost', revision: 2 })],
    statuses: [status('ds7b-1', 'stopping'), status('ds7b-2', 'pending')],
  })
  t.deepEqual(stages(after(state)), { 'ds7b-1': 'r1 lost', 'ds7b-2': 'r2 lost' })
})

test('a paused rollout without a surge creates nothing while another replica still drains', (t) => {
  const draining = on('ds7b-2', 1, { stage: 'draining', drainVersion: 3, drainCause: 'scale', stageSinceUnixMs: now })
  const state = scene({
    gpus: 3,
    specs: [{}, { update: { maxSurge: 0, maxUnavailable: 1 } }],
    deployment: { targetRevision: 2, paused: true },
    assignments: [on('ds7b-1', 0), draining],
    statuses: twoServing.statuses,
    gateways: [gateway({ ackedVersion: 1 })],
  })
  t.deepEqual(plan(state).changes, [])
})

test('scaling down in the middle of a swap leaves the freed GPUs to nobody', (t) => {
  const leaving = on('ds7b-1', 0, { stage: 'draining', drainVersion: 1, drainCause: 'swap', stageSinceUnixMs: now })
  const state = scene({
    gpus: 3,
    deployment: { replicas: 1, targetRevision: 2 },
    assignments: [leaving, on('ds7b-2', 1), on('ds7b-3', 2)],
    statuses: ['ds7b-1', 'ds7b-2', 'ds7b-3'].map((id) => status(id, 'ready')),
  })
  t.is(after(state).assignments.get('ds7b-1')?.stage, 'stopping')
  t.false(after(state).assignments.has('ds7b-10'))
})

test('deployments without a place say so per host, and the older one is served first', (t) => {
  const state = fleet({
    deployments: [deployment('young', { createdUnixMs: 2 }), deployment('old', { createdUnixMs: 1 })],
    revisions: [revision(1, specOf({ name: 'young' })), revision(1, specOf({ name: 'old' }))],
    hosts: [host('a', 0, { inventory: inventory('a', [gpu('a', 0)]) })],
  })
  const planned = plan(state)
  t.true(planned.changes.some((change) => change.kind === 'putAssignment' && change.assignment.id === 'old-1'))
  t.like(planned.reports.get('young'), { state: 'pending', unplaced: { count: 1 } })
  t.regex(planned.reports.get('young')?.message ?? '', /0 of 1 replica ready; 1 without a place; free 1 GPU on a \(held by old-1\)/)
})

test('what comes up is told with the replica, what it does and for how long', (t) => {
  const state = scene({
    specs: [{}],
    deployment: { lastGoodRevision: 0 },
    assignments: [on('ds7b-1', 0), on('ds7b-2', 1, { stage: 'starting', endpoint: '', stageSinceUnixMs: now - 60_000 })],
    statuses: [status('ds7b-1', 'ready'), status('ds7b-2', 'loading', { sinceUnixMs: now - 42_000 })],
  })
  t.like(report(state), { state: 'progressing', message: '1 of 2 replicas ready; ds7b-2 is loading (42 s)' })
})
