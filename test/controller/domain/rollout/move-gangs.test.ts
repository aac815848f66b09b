/** Drains of hosts with a member of a replica that spans hosts. */
import test from 'ava'
import { applyChanges } from '../../../../controller/domain/fleet/apply.ts'
import { planFleet } from '../../../../controller/domain/fleet/plan.ts'
import { membersOf } from '../../../../controller/domain/gang/members.ts'
import type { FleetState } from '../../../../controller/domain/model.ts'
import type { DeploymentDocument } from '../../../../controller/domain/spec/schema.ts'
import { assignment, deployment, fleet, gateway, type HostOptions, host, revision, settings, specOf, status } from '../support/fleet.ts'

const now = 10_000_000
const plan = (state: FleetState) => planFleet(state, { nowUnixMs: now, settings })
const after = (state: FleetState): FleetState => applyChanges(state, plan(state).changes)
const drain = { sinceUnixMs: 0, by: 'ada', force: false }

const gangOn = (id: string, leader: string, worker: string) =>
  assignment(id, {
    hostId: `host-${leader}`,
    gpuUuids: [`GPU-${leader}-0`],
    workers: [{ id: `${id}-r1`, rank: 1, hostId: `host-${worker}`, gpuUuids: [`GPU-${worker}-0`], memoryMiB: 0 }],
    gang: { attempt: 1, addresses: [], interfaces: [], port: 30_000, crashes: 0, readySinceUnixMs: 1 },
    stageSinceUnixMs: now,
  })

/** Hosts of one GPU each. `ds-1` runs on a and b; b is drained. */
const scene = (
  names: readonly string[],
  spec: Partial<DeploymentDocument> = {},
  gangs = [gangOn('ds-1', 'a', 'b')],
  forced = false,
): FleetState =>
  fleet({
    deployments: [deployment('ds', { replicas: gangs.length, nextReplica: 10, lastGoodRevision: 1 })],
    revisions: [revision(1, specOf({ name: 'ds', resources: { gpus: 2 }, parallelism: { hosts: 2 }, ...spec }))],
    hosts: names.map((name) => {
      const replicas = gangs.flatMap((gang) =>
        membersOf(gang)
          .filter(({ hostId }) => hostId === `host-${name}`)
          .map(({ id, gpuUuids }) => status(id, 'ready', { gpuUuids })),
      )
      const options: HostOptions = name === 'b' ? { cordoned: true, drain: { ...drain, force: forced } } : {}
      return host(name, 1, { replicas, ...options })
    }),
    gateways: [gateway()],
    assignments: gangs,
  })

const stages = (state: FleetState): Record<string, string> =>
  Object.fromEntries(
    [...state.assignments.values()].map((one) => [
      one.id,
      `${membersOf(one)
        .map(({ hostId }) => hostId.slice('host-'.length))
        .join('+')} ${one.stage}`,
    ]),
  )

/** What was started says that it is ready. */
const started = (state: FleetState): FleetState => ({
  ...state,
  hosts: new Map(
    [...state.hosts].map(([id, view]) => {
      const members = [...state.assignments.values()]
        .filter(({ stage }) => stage !== 'stopping')
        .flatMap(membersOf)
        .filter(({ hostId }) => hostId === id)
      return [
        id,
        { ...view, replicas: new Map(members.map((member) => [member.id, status(member.id, 'ready', { gpuUuids: member.gpuUuids })])) },
      ]
    }),
  ),
})

test('a gang with a member on a drained host moves whole: another one serves elsewhere before any of its members goes', (t) => {
  const begun = after(scene(['a', 'b', 'c', 'd']))
  t.deepEqual(stages(begun), { 'ds-1': 'a+b serving', 'ds-10': 'c+d starting' })
  const served = after(started(begun))
  t.deepEqual(stages(served), { 'ds-1': 'a+b draining', 'ds-10': 'c+d serving' })
  t.is(served.assignments.get('ds-1')?.drainCause, 'host')
})

test('with room for only a part of it elsewhere a gang stays as it is, serves on, and says what would help', (t) => {
  const state = scene(['a', 'b', 'c'])
  t.deepEqual(stages(after(state)), { 'ds-1': 'a+b serving' })
  t.regex(plan(state).drains.get('host-b')?.[0]?.message ?? '', /^has no place elsewhere: /)
  t.is(plan(state).reports.get('ds')?.state, 'ready')
})

test('what maxUnavailable allows to be missing leaves first, and its next start takes the hosts that stay', (t) => {
  const left = after(scene(['a', 'b', 'c'], { update: { maxUnavailable: 1 } }))
  t.deepEqual(stages(left), { 'ds-1': 'a+b draining' })
  const empty = { ...started({ ...left, assignments: new Map() }), deployments: left.deployments }
  t.deepEqual(stages(after(empty)), { 'ds-10': 'a+c starting' })
})

test('of two gangs with members on a drained host one moves after the other', (t) => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  const two = [gangOn('ds-1', 'a', 'b'), { ...gangOn('ds-2', 'c', 'd'), workers: gangOn('ds-2', 'c', 'b').workers }]
  const state = scene(names, {}, two)
  const roomy = new Map([...state.hosts].map(([id, view]) => [id, id === 'host-b' ? { ...view, inventory: host('b', 2).inventory } : view]))
  const apart = two.map((one, index) => ({
    ...one,
    workers: (one.workers ?? []).map((worker) => ({ ...worker, gpuUuids: [`GPU-b-${index}`] })),
  }))
  const begun = after({ ...state, hosts: roomy, assignments: new Map(apart.map((one) => [one.id, one])) })
  t.deepEqual(Object.values(stages(begun)).toSorted(), ['a+b serving', 'c+b serving', 'd+e starting'])
})

test('a drain by force takes the whole gang at once, through the same handshake', (t) => {
  const state = after(scene(['a', 'b', 'c', 'd'], {}, [gangOn('ds-1', 'a', 'b')], true))
  t.deepEqual(stages(state), { 'ds-1': 'a+b draining', 'ds-10': 'c+d starting' })
})
