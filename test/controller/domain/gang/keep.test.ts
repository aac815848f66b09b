import test from 'ava'
import { applyChanges } from '../../../../controller/domain/fleet/apply.ts'
import { planFleet } from '../../../../controller/domain/fleet/plan.ts'
import { rendezvousPorts } from '../../../../controller/domain/gang/run.ts'
import { routesOf } from '../../../../controller/domain/membership.ts'
import type { Assignment, FleetState, HostView } from '../../../../controller/domain/model.ts'
import type { ReplicaPhase, ReplicaStatus } from '../../../../shared/fleet/replica.ts'
import { deployment, fleet, host, revision, settings, specOf, status } from '../support/fleet.ts'

const spec = specOf({ name: 'r1', resources: { gpus: 4 }, parallelism: { hosts: 2 } })
const hosts = ['a', 'b', 'c'].map((name, index) => host(name, 2, { address: `10.0.0.${index + 1}` }))

/** Plans until nothing changes; the events of all plans. */
const settled = (state: FleetState, nowUnixMs: number): { state: FleetState; events: string[] } => {
  const events: string[] = []
  let now = state
  for (let round = 0; round < 20; round++) {
    const { changes } = planFleet(now, { nowUnixMs, settings })
    if (changes.length === 0) return { state: now, events }
    for (const change of changes) if (change.kind === 'addEvent') events.push(`${change.event.reason}: ${change.event.message}`)
    now = applyChanges(now, changes)
  }
  throw new Error('the planner does not settle')
}

const see = (state: FleetState, name: string, changes: Partial<HostView>): FleetState => {
  const id = `host-${name}`
  const view = state.hosts.get(id)
  if (view === undefined) throw new Error(`no host ${name}`)
  return { ...state, hosts: new Map(state.hosts).set(id, { ...view, ...changes }) }
}

const report = (state: FleetState, name: string, ...statuses: readonly ReplicaStatus[]): FleetState =>
  see(state, name, { replicas: new Map(statuses.map((one) => [one.id, one])) })

const phase = (state: FleetState, leader: ReplicaPhase, worker: ReplicaPhase, changes: Partial<ReplicaStatus> = {}): FleetState =>
  report(report(state, 'a', status('r1-1', leader)), 'b', status('r1-1-r1', worker, changes))

const gang = (state: FleetState): Assignment => {
  const found = state.assignments.get('r1-1')
  if (found === undefined) throw new Error('there is no gang r1-1')
  return found
}

const fresh = fleet({ deployments: [deployment('r1')], revisions: [revision(1, spec)], hosts })
const placed = () => settled(fresh, 1_000)
const serving = () => settled(phase(placed().state, 'ready', 'ready'), 2_000)

test('a gang is one assignment with its leader’s host, and a member for each further host that knows where to meet', (t) => {
  const { state, events } = placed()
  const one = gang(state)
  t.like(one, { hostId: 'host-a', stage: 'starting', gpuUuids: ['GPU-a-0', 'GPU-a-1'] })
  t.deepEqual(one.workers, [{ id: 'r1-1-r1', rank: 1, hostId: 'host-b', gpuUuids: ['GPU-b-0', 'GPU-b-1'], memoryMiB: 0 }])
  t.like(one.gang, { attempt: 1, addresses: ['10.0.0.1', '10.0.0.2'], crashes: 0 })
  t.true((one.gang?.port ?? 0) >= rendezvousPorts.first && (one.gang?.port ?? 0) <= rendezvousPorts.last)
  t.deepEqual(events, ['ReplicaPlaced: revision 1 on a, b with 2 GPUs each'])
})

test('a gang serves when its leader is ready and every member runs, at its leader’s endpoint', (t) => {
  t.is(gang(settled(phase(placed().state, 'ready', 'starting'), 2_000).state).stage, 'starting')
  const { state } = serving()
  t.like(gang(state), { stage: 'serving', endpoint: '10.0.0.1:8000' })
  t.deepEqual(
    routesOf(state).flatMap(({ endpoints }) => endpoints.map(({ replicaId }) => replicaId)),
    ['r1-1'],
  )
})

test('when a member fails all of the gang is taken down at once, gets no requests, and keeps its GPUs', (t) => {
  const failed = phase(serving().state, 'ready', 'failed', { message: 'exit code 9' })
  const { state, events } = settled(failed, 10_000)
  t.regex(events[0] ?? '', /^GangDown: r1-1-r1 on b failed: exit code 9; all 2 members stop and start again together$/)
  t.is(gang(state).gang?.down?.reason, 'r1-1-r1 on b failed: exit code 9')
  t.deepEqual(
    routesOf(state).flatMap(({ endpoints }) => endpoints),
    [],
  )
  t.is(state.assignments.size, 1)
})

test('a gang that is down starts again only when nothing of it is left on any host, as another attempt at another port', (t) => {
  const down = settled(phase(serving().state, 'ready', 'failed'), 10_000).state
  const oneLeft = settled(report(down, 'b'), 11_000)
  t.deepEqual(oneLeft.events, [])
  t.regex(
    planFleet(oneLeft.state, { nowUnixMs: 11_000, settings }).reports.get('r1')?.message ?? '',
    /r1-1 waits for r1-1 to be gone: r1-1-r1 on b failed/,
  )
  const { state, events } = settled(report(oneLeft.state, 'a'), 12_000)
  t.deepEqual(events, ['GangStarting: attempt 2 on a, b, 1 failure in a row before it'])
  t.is(gang(state).gang?.down, undefined)
  t.not(gang(state).gang?.port, gang(down).gang?.port)
})

test('a host that is out of touch holds the next start up until it says that nothing is left, or is lost', (t) => {
  const down = settled(phase(serving().state, 'failed', 'ready'), 10_000).state
  const silent = settled(see(report(down, 'a'), 'b', { presence: 'silent' }), 11_000)
  t.deepEqual(silent.events, [])
  const lost = settled(see(silent.state, 'b', { presence: 'lost' }), 30_000)
  t.regex(lost.events.join('\n'), /ReplicaLost: host b has been silent past lease and grace; the gang ends with it/)
  t.regex(lost.events.join('\n'), /ReplicaPlaced: revision 1 on a, c with 2 GPUs each/)
})

test('a crash loop backs off as that of a replica does: at once, then after 1 s, 2 s, 4 s', (t) => {
  let { state } = serving()
  const waits: number[] = []
  for (let nowMs = 10_000; waits.length < 4; nowMs += 10_000) {
    const down = settled(phase(state, 'ready', 'failed'), nowMs).state
    const { down: told } = gang(down).gang ?? {}
    waits.push((told?.nextStartUnixMs ?? 0) - nowMs)
    state = settled(report(report(down, 'a'), 'b'), nowMs + 9_000).state
  }
  t.deepEqual(waits, [0, 1_000, 2_000, 4_000])
})

test('a gang that was ready for long has its earlier failures forgotten', (t) => {
  const down = settled(phase(serving().state, 'ready', 'failed'), 10_000).state
  const again = settled(report(report(down, 'a'), 'b'), 11_000).state
  const ready = settled(phase(again, 'ready', 'ready'), 12_000).state
  t.is(gang(settled(phase(ready, 'ready', 'failed'), 13_000).state).gang?.crashes, 2)
  t.is(gang(settled(phase(ready, 'ready', 'failed'), 700_000).state).gang?.crashes, 1)
})

test('a new gang that fails again and again shows that its revision is no good', (t) => {
  let { state } = placed()
  for (let nowMs = 10_000; nowMs <= 30_000; nowMs += 10_000) {
    const down = settled(phase(state, 'loading', 'failed', { message: 'out of memory' }), nowMs).state
    state = settled(report(report(down, 'a'), 'b'), nowMs + 9_000).state
  }
  const report1 = planFleet(state, { nowUnixMs: 40_000, settings }).reports.get('r1')
  t.is(report1?.state, 'failed')
  t.regex(report1?.message ?? '', /r1-1 ended 3 times without becoming ready/)
})

test('a rendezvous port that is taken on the leader’s host leads to another attempt at another port', (t) => {
  const before = placed().state
  const blocked = report(report(before, 'a', status('r1-1', 'blocked', { reason: 'PORT_TAKEN' })), 'b', status('r1-1-r1', 'ready'))
  const down = settled(blocked, 2_000).state
  t.regex(gang(down).gang?.down?.reason ?? '', /r1-1 on a cannot listen/)
  const again = settled(report(report(down, 'a'), 'b'), 3_000).state
  t.not(gang(again).gang?.port, gang(before).gang?.port)
})

test('when preflight refuses a member the whole gang moves to hosts that have not refused it', (t) => {
  const blocked = report(
    report(placed().state, 'a', status('r1-1', 'loading')),
    'b',
    status('r1-1-r1', 'blocked', { reason: 'MODEL_PATH_MISSING', message: 'no model there' }),
  )
  const { state, events } = settled(blocked, 30_000)
  t.is(gang(state).stage, 'stopping')
  t.regex(events.join('\n'), /ReplicaMoved: refused on b: no model there/)
  const next = state.assignments.get('r1-2')
  t.deepEqual([next?.hostId, next?.workers?.[0]?.hostId, next?.avoidHostIds], ['host-a', 'host-c', ['host-b']])
  t.false(settled(report(report(state, 'a'), 'b'), 31_000).state.assignments.has('r1-1'))
})

test('when a member’s host is lost, the others give their GPUs back as they go, and the gang is placed anew', (t) => {
  const lost = settled(see(serving().state, 'b', { presence: 'lost' }), 60_000).state
  t.is(gang(lost).stage, 'lost')
  t.deepEqual([...lost.assignments.keys()], ['r1-1'])
  const { state } = settled(report(lost, 'a'), 61_000)
  const next = state.assignments.get('r1-2')
  t.deepEqual([next?.hostId, next?.workers?.[0]?.hostId], ['host-a', 'host-c'])
  const back = see(state, 'b', { presence: 'connected' })
  t.true(settled(back, 90_000).state.assignments.has('r1-1'), 'its member there is surplus, and runs still')
  t.false(settled(report(back, 'b'), 91_000).state.assignments.has('r1-1'))
})

test('scaling down drains a gang as one, and its GPUs are held until the last member is gone', (t) => {
  const { state: before } = serving()
  const scaled: FleetState = { ...before, deployments: new Map([['r1', deployment('r1', { replicas: 0, nextReplica: 2 })]]) }
  const { state: draining } = settled(scaled, 10_000)
  t.is(gang(draining).stage, 'draining')
  const shown: FleetState = { ...draining, assignments: new Map([['r1-1', { ...gang(draining), drainVersion: 7 }]]) }
  const { state: stopping } = settled(shown, 11_000)
  t.is(gang(stopping).stage, 'stopping')
  t.is(settled(report(stopping, 'a'), 12_000).state.assignments.size, 1)
  t.is(settled(report(report(stopping, 'a'), 'b'), 12_000).state.assignments.size, 0)
})
