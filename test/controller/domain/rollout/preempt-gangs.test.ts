/** Preemption with replicas that span hosts, as who takes and as who gives way. */
import test from 'ava'
import fc from 'fast-check'
import { applyChanges } from '../../../../controller/domain/fleet/apply.ts'
import { planFleet } from '../../../../controller/domain/fleet/plan.ts'
import { membersOf } from '../../../../controller/domain/gang/members.ts'
import type { FleetState, HostView } from '../../../../controller/domain/model.ts'
import type { DeploymentDocument } from '../../../../controller/domain/spec/schema.ts'
import { propertyRuns } from '../../../support/property-runs.ts'
import { assignment, deployment, fleet, gateway, host, revision, settings, specOf, status } from '../support/fleet.ts'

const plan = (state: FleetState) => planFleet(state, { nowUnixMs: 10_000, settings })
const after = (state: FleetState): FleetState => applyChanges(state, plan(state).changes)

/** A replica on as many hosts as there are entries, with so many of the host's first free GPUs on each. */
interface Runs {
  readonly id: string
  readonly on: readonly string[]
  readonly gpus: number
  readonly priority?: number
}

const nameOf = (id: string) => id.slice(0, id.lastIndexOf('-'))

/** Hosts of so many GPUs, what runs there, a deployment for each replica; and `strong`, which has no replica yet. */
const scene = (hosts: Readonly<Record<string, number>>, running: readonly Runs[], strong: Partial<DeploymentDocument>): FleetState => {
  const used = new Map<string, number>()
  const take = (on: string, gpus: number): readonly string[] => {
    const from = used.get(on) ?? 0
    used.set(on, from + gpus)
    return Array.from({ length: gpus }, (_, index) => `GPU-${on}-${from + index}`)
  }
  const made = running.map(({ id, on, gpus }) => {
    const [leader, ...workers] = on.map((name) => ({ name, uuids: take(name, gpus) }))
    return assignment(id, {
      hostId: `host-${leader?.name}`,
      gpuUuids: leader?.uuids ?? [],
      ...(workers.length === 0
        ? {}
        : {
            workers: workers.map(({ name, uuids }, index) => ({
              id: `${id}-r${index + 1}`,
              rank: index + 1,
              hostId: `host-${name}`,
              gpuUuids: uuids,
              memoryMiB: 0,
            })),
            gang: { attempt: 1, addresses: [], interfaces: [], port: 30_000, crashes: 0, readySinceUnixMs: 1 },
          }),
    })
  })
  const specs = running.map(({ id, on, gpus, priority = 0 }) =>
    specOf({ name: nameOf(id), priority, resources: { gpus: gpus * on.length }, parallelism: on.length === 1 ? {} : { hosts: on.length } }),
  )
  const spec = specOf({ name: 'strong', priority: 'high', ...strong })
  const views: HostView[] = Object.entries(hosts).map(([name, gpus]) =>
    host(name, gpus, {
      replicas: made.flatMap((one) =>
        membersOf(one)
          .filter(({ hostId }) => hostId === `host-${name}`)
          .map(({ id, gpuUuids }) => status(id, 'ready', { gpuUuids })),
      ),
    }),
  )
  return fleet({
    deployments: [
      ...specs.map(({ name }) => deployment(name, { nextReplica: 50, lastGoodRevision: 1 })),
      deployment('strong', { replicas: spec.replicas, createdUnixMs: 5 }),
    ],
    revisions: [...specs, spec].map((one) => revision(1, one)),
    hosts: views,
    gateways: [gateway({ outstanding: new Map(running.map(({ id }) => [id, 1])) })],
    assignments: made,
  })
}

const preempted = (state: FleetState): readonly string[] =>
  [...state.assignments.values()].filter(({ drainCause }) => drainCause === 'preempted').map(({ id }) => id)
const suggestion = (state: FleetState) => plan(state).reports.get('strong')?.unplaced?.suggestion ?? ''
const overTwo: Partial<DeploymentDocument> = { resources: { gpus: 4 }, parallelism: { hosts: 2 } }

/** Everything that drains is gone, as its hosts say. */
const gone = (state: FleetState): FleetState => {
  const left = [...state.assignments.values()].filter(({ stage }) => stage !== 'draining' && stage !== 'stopping')
  const ids = new Set(left.flatMap((one) => membersOf(one).map(({ id }) => id)))
  return {
    ...state,
    assignments: new Map(left.map((one) => [one.id, one])),
    hosts: new Map(
      [...state.hosts].map(([id, view]) => [
        id,
        { ...view, replicas: new Map([...view.replicas].filter(([replica]) => ids.has(replica))) },
      ]),
    ),
  }
}

test('a gang takes the places of weaker replicas on as many hosts as it needs, in one decision, and waits for all of them', (t) => {
  const running = [
    { id: 'x-1', on: ['a'], gpus: 2 },
    { id: 'y-1', on: ['b'], gpus: 1 },
    { id: 'z-1', on: ['b'], gpus: 1 },
    { id: 'v-1', on: ['c'], gpus: 2, priority: 50 },
  ]
  const state = after(scene({ a: 2, b: 2, c: 2 }, running, overTwo))
  t.deepEqual(preempted(state), ['x-1', 'y-1', 'z-1'])
  t.regex(suggestion(state), /^nothing, it waits for x-1, y-1, z-1 to leave; or /)
  t.deepEqual(preempted(after(state)), ['x-1', 'y-1', 'z-1'], 'and nobody else while they drain')
  const settled = after(gone(state))
  const strong = [...settled.assignments.values()].find(({ deployment: name }) => name === 'strong')
  t.deepEqual(strong && membersOf(strong).map(({ hostId }) => hostId), ['host-a', 'host-b'])
})

test('a gang takes all its places or none', (t) => {
  const running = [
    { id: 'x-1', on: ['a'], gpus: 2 },
    { id: 'y-1', on: ['b'], gpus: 2, priority: 100 },
    { id: 'z-1', on: ['c'], gpus: 2, priority: 200 },
  ]
  const state = after(scene({ a: 2, b: 2, c: 2 }, running, overTwo))
  t.deepEqual(preempted(state), [])
  t.regex(suggestion(state), /nobody gives way: no replicas of lower priority on 2 hosts together would make room$/)
})

test('a gang takes what is free first, and only what is missing from others', (t) => {
  const running = [
    { id: 'x-1', on: ['a'], gpus: 2 },
    { id: 'y-1', on: ['c'], gpus: 2 },
  ]
  const state = after(scene({ a: 2, b: 2, c: 2 }, running, overTwo))
  t.is(preempted(state).length, 1)
  const strong = [...after(gone(state)).assignments.values()].find(({ deployment: name }) => name === 'strong')
  t.true(strong !== undefined && membersOf(strong).some(({ hostId }) => hostId === 'host-b'))
})

test('a gang that gives way goes as one, also when one of its places is all that is needed', (t) => {
  const running = [{ id: 'weak-1', on: ['a', 'b'], gpus: 2 }]
  const state = after(scene({ a: 2, b: 2 }, running, { resources: { gpus: 2 } }))
  t.deepEqual(preempted(state), ['weak-1'])
  t.is(state.assignments.get('weak-1')?.stage, 'draining')
  const settled = after(gone(state))
  t.deepEqual(
    [...settled.assignments.values()].map(({ deployment: name }) => name),
    ['strong'],
    'the rest of it is not left behind, and it does not come back to half of its room',
  )
})

test('a gang takes the place of a weaker gang, which goes once for all of its hosts', (t) => {
  const running = [
    { id: 'weak-1', on: ['a', 'b'], gpus: 2 },
    { id: 'dear-1', on: ['c', 'd'], gpus: 2, priority: 50 },
  ]
  const state = after(scene({ a: 2, b: 2, c: 2, d: 2 }, running, overTwo))
  t.deepEqual(preempted(state), ['weak-1'])
  const told = plan(scene({ a: 2, b: 2, c: 2, d: 2 }, running, overTwo)).changes.flatMap((change) =>
    change.kind === 'addEvent' && change.event.reason === 'Preempting' ? [change.event.message] : [],
  )
  t.deepEqual(told, ['takes the place of weak-1 on a, b, priority 100 against 0: no host had room'])
})

test('a gang of the same priority is left alone, and one that may preempt nobody says whose places it would have taken', (t) => {
  const running = [{ id: 'weak-1', on: ['a', 'b'], gpus: 2, priority: 100 }]
  t.deepEqual(preempted(after(scene({ a: 2, b: 2 }, running, overTwo))), [])
  const weaker = [{ id: 'weak-1', on: ['a', 'b'], gpus: 2 }]
  const state = scene({ a: 2, b: 2 }, weaker, { ...overTwo, preemption: 'never' })
  t.deepEqual(preempted(after(state)), [])
  t.regex(suggestion(state), /^preemption: lower, to take the place of weak-1 on a, b; or /)
})

test('hosts that must not be in one gang are not freed for one', (t) => {
  const running = ['a', 'b', 'c'].map((on) => ({ id: `${on}x-1`, on: [on], gpus: 2 }))
  const state = scene({ a: 2, b: 2, c: 2 }, running, overTwo)
  const apart = { scope: 'gangs', symptom: 'loss', reason: 'loses packets to it', untilUnixMs: 1e12 } as const
  const hosts = new Map(
    [...state.hosts].map(([id, view]) => [
      id,
      id === 'host-a' ? { ...view, record: { ...view.record, quarantines: [{ ...apart, peer: 'b' }] } } : view,
    ]),
  )
  const planned = after({ ...state, hosts })
  const victims = preempted(planned)
  t.is(victims.length, 2)
  t.false(victims.includes('ax-1') && victims.includes('bx-1'))
})

const names = ['a', 'b', 'c', 'd']

test('whatever runs, victims are strictly weaker and go whole, the gang really has room without them, and none could have been spared', (t) => {
  const one = fc.record({
    on: fc.subarray(names, { minLength: 1, maxLength: 2 }),
    gpus: fc.integer({ min: 1, max: 3 }),
    priority: fc.integer({ min: 0, max: 3 }),
  })
  fc.assert(
    fc.property(
      fc.array(one, { maxLength: 8 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 2, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
      (wanted, gpus, span, priority) => {
        const used = new Map<string, number>()
        const running = wanted.flatMap(({ on, gpus: each, priority: theirs }, index): Runs[] => {
          if (on.some((name) => (used.get(name) ?? 0) + each > 4)) return []
          for (const name of on) used.set(name, (used.get(name) ?? 0) + each)
          return [{ id: `w${index}-1`, on, gpus: each, priority: theirs }]
        })
        const strong = { priority, resources: { gpus: gpus * span }, parallelism: { hosts: span } }
        const state = scene({ a: 4, b: 4, c: 4, d: 4 }, running, strong)
        const planned = after(state)
        const told = new Map(
          plan(state).changes.flatMap((change) =>
            change.kind === 'addEvent' ? [[change.event.subject, change.event.message] as const] : [],
          ),
        )
        // Who was preempted may preempt others in turn; those are not strong's.
        const victims = running.filter(({ id }) => told.get(`replica/${id}`)?.startsWith('preempted by strong'))
        const hasRoom = (without: readonly Runs[]) =>
          names.filter((name) => {
            const held = running
              .filter((each) => !without.includes(each) && each.on.includes(name))
              .reduce((sum, each) => sum + each.gpus, 0)
            return 4 - held >= gpus
          }).length >= span
        const placed = [...planned.assignments.values()].some(({ deployment: name }) => name === 'strong')
        if (placed !== hasRoom([])) throw new Error(placed ? 'placed without room' : 'not placed with room')
        if (placed) return victims.length === 0
        if (victims.length === 0) return !hasRoom(running.filter((each) => (each.priority ?? 0) < priority))
        return (
          victims.every((each) => (each.priority ?? 0) < priority) &&
          hasRoom(victims) &&
          victims.every((spared) => !hasRoom(victims.filter((each) => each !== spared)))
        )
      },
    ),
    { numRuns: propertyRuns(150) },
  )
  t.pass()
})
