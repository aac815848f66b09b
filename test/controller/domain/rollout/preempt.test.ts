import test from 'ava'
import fc from 'fast-check'
import { applyChanges } from '../../../../controller/domain/fleet/apply.ts'
import { planFleet } from '../../../../controller/domain/fleet/plan.ts'
import type { Assignment, FleetState, HostView } from '../../../../controller/domain/model.ts'
import type { DeploymentDocument } from '../../../../controller/domain/spec/schema.ts'
import { propertyRuns } from '../../../support/property-runs.ts'
import { assignment, deployment, fleet, gateway, host, revision, settings, specOf, status } from '../support/fleet.ts'

const plan = (state: FleetState, nowUnixMs = 10_000) => planFleet(state, { nowUnixMs, settings })
const after = (state: FleetState): FleetState => applyChanges(state, plan(state).changes)

interface Weak {
  readonly id: string
  readonly on: string
  readonly gpus: readonly number[]
  readonly priority?: number
}

const nameOf = (id: string) => id.slice(0, id.lastIndexOf('-'))

/** Hosts `a` and `b`; what runs there, a deployment for each replica; and `strong`, which has no replica yet. */
const scene = (
  weak: readonly Weak[],
  strong: Partial<DeploymentDocument>,
  gpus: Readonly<Record<string, number>> = { a: 2, b: 2 },
): FleetState => {
  const names = [...new Set(weak.map(({ id }) => nameOf(id)))]
  const specs = names.map((name) => {
    const mine = weak.filter(({ id }) => nameOf(id) === name)
    const [first] = mine
    return specOf({
      name,
      model: { name, path: '/m' },
      replicas: mine.length,
      priority: first?.priority ?? 0,
      resources: { gpus: first?.gpus.length ?? 1 },
    })
  })
  const spec = specOf({ name: 'strong', model: { name: 'strong', path: '/m' }, priority: 'high', ...strong })
  const hosts: HostView[] = Object.entries(gpus).map(([name, count]) =>
    host(name, count, {
      replicas: weak
        .filter(({ on }) => on === name)
        .map(({ id, gpus: held }) => status(id, 'ready', { gpuUuids: held.map((index) => `GPU-${name}-${index}`) })),
    }),
  )
  return fleet({
    deployments: [
      ...specs.map(({ name, replicas }) => deployment(name, { replicas, nextReplica: 50, lastGoodRevision: 1 })),
      deployment('strong', { replicas: spec.replicas, createdUnixMs: 5 }),
    ],
    revisions: [...specs, spec].map((one) => revision(1, one)),
    hosts,
    gateways: [gateway({ outstanding: new Map(weak.map(({ id }) => [id, 1])) })],
    assignments: weak.map(({ id, on, gpus: held }) =>
      assignment(id, { hostId: `host-${on}`, gpuUuids: held.map((index) => `GPU-${on}-${index}`) }),
    ),
  })
}

const preempted = (state: FleetState): readonly string[] =>
  [...state.assignments.values()].filter(({ drainCause }) => drainCause === 'preempted').map(({ id }) => id)
const events = (state: FleetState) =>
  plan(state).changes.flatMap((change) => (change.kind === 'addEvent' ? [[change.event.subject, change.event.message] as const] : []))
const suggestion = (state: FleetState) => plan(state).reports.get('strong')?.unplaced?.suggestion ?? ''

const full: readonly Weak[] = [
  { id: 'x-1', on: 'a', gpus: [0] },
  { id: 'y-1', on: 'a', gpus: [1], priority: 5 },
  { id: 'z-1', on: 'b', gpus: [0, 1] },
]

test('on a full fleet the lowest priority gives way, no more than is needed, and drains like any replica', (t) => {
  const state = after(scene(full, {}))
  t.deepEqual(preempted(state), ['x-1'])
  t.is(state.assignments.get('x-1')?.stage, 'draining')
  t.deepEqual(preempted(after(state)), ['x-1'], 'and nobody else while it drains')
  t.regex(suggestion(state), /^nothing, it waits for x-1 to leave; or /)
})

test('the preemption is told on both sides, with priorities', (t) => {
  const told = new Map(events(scene(full, {})))
  t.is(told.get('deployment/strong'), 'takes the place of x-1 on a, priority 100 against 0: no host had room')
  t.is(told.get('replica/x-1'), 'preempted by strong, whose priority 100 is above 0 and which has room nowhere else')
})

test('fewest replicas go: one that holds two GPUs rather than two that hold one each, of the same priority', (t) => {
  const even = full.map(({ priority: _, ...one }) => one)
  t.deepEqual(preempted(after(scene(even, { resources: { gpus: 2 } }))), ['z-1'])
})

test('a lower priority goes before a smaller number', (t) => {
  const dear = full.map((one) => (one.id === 'z-1' ? { ...one, priority: 50 } : one))
  t.deepEqual(preempted(after(scene(dear, { resources: { gpus: 2 } }))), ['x-1', 'y-1'])
})

test('nothing is taken while there is a free place, nor from the same or a higher priority', (t) => {
  t.deepEqual(preempted(after(scene(full.slice(1), {}))), [])
  t.deepEqual(preempted(after(scene(full, { priority: 0 }))), [])
  t.deepEqual(
    preempted(
      after(
        scene(
          full.map((one) => ({ ...one, priority: 100 })),
          {},
        ),
      ),
    ),
    [],
  )
})

test('nothing is taken where it would not make room', (t) => {
  const state = scene(full, { resources: { gpus: 4 } })
  t.deepEqual(preempted(after(state)), [])
  t.regex(suggestion(state), /.+; nobody gives way: no replicas of lower priority on one host would make room$/)
})

test('preemption: never takes nothing and says whose place it would have taken', (t) => {
  const state = scene(full, { preemption: 'never' })
  t.deepEqual(preempted(after(state)), [])
  t.regex(suggestion(state), /^preemption: lower, to take the place of x-1 on a; or /)
})

test('what is kept for a replica that waits goes to nobody of lower priority, so that no two take turns', (t) => {
  const state = scene(
    [
      { id: 'x-1', on: 'a', gpus: [0] },
      { id: 'y-1', on: 'a', gpus: [1] },
    ],
    { resources: { gpus: 2 } },
    { a: 2 },
  )
  const first = after(state)
  t.deepEqual(preempted(first), ['x-1', 'y-1'])
  // x is gone, y still drains: x's deployment wants a replica, and a GPU is free.
  const half = applyChanges(first, [{ kind: 'deleteAssignment', id: 'x-1' }])
  const [a] = half.hosts.values()
  const seen = {
    ...half,
    hosts: new Map(a && [[a.record.id, { ...a, replicas: new Map([...a.replicas].filter(([id]) => id !== 'x-1')) }]]),
  }
  const next = after(seen)
  t.deepEqual([...next.assignments.keys()], ['y-1'])
  t.regex(plan(seen).reports.get('x')?.unplaced?.hosts[0]?.message ?? '', /held by .*strong \(kept for it\)/)
})

test('a preempted replica is not taken back while it drains', (t) => {
  const state = after(after(scene(full, {})))
  t.is(state.assignments.get('x-1')?.stage, 'draining')
})

const replicas = fc.array(
  fc.record({ host: fc.constantFrom('a', 'b', 'c'), gpus: fc.integer({ min: 1, max: 3 }), priority: fc.integer({ min: 0, max: 3 }) }),
  {
    maxLength: 9,
  },
)

/** Packs them onto hosts of four GPUs, as many as there is room for. */
const packed = (wanted: readonly { readonly host: string; readonly gpus: number; readonly priority: number }[]): readonly Weak[] => {
  const used = new Map<string, number>()
  return wanted.flatMap(({ host: on, gpus, priority }, index): Weak[] => {
    const from = used.get(on) ?? 0
    if (from + gpus > 4) return []
    used.set(on, from + gpus)
    return [{ id: `w${index}-1`, on, gpus: Array.from({ length: gpus }, (_, i) => from + i), priority }]
  })
}

test('victims are strictly weaker, really make room, and none of them could have been spared', (t) => {
  fc.assert(
    fc.property(replicas, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 3 }), (wanted, gpus, priority) => {
      const weak = packed(wanted)
      const state = scene(weak, { resources: { gpus }, priority }, { a: 4, b: 4, c: 4 })
      const planned = after(state)
      // Who was preempted may preempt others in turn; those are not strong's.
      const told = new Map(events(state))
      const victims = [...planned.assignments.values()].filter(({ id }) => told.get(`replica/${id}`)?.startsWith('preempted by strong'))
      const placed = [...planned.assignments.values()].some(({ deployment: name }) => name === 'strong')
      const freeOn = (on: string, without: readonly Assignment[]) =>
        4 - weak.filter((one) => one.on === on && !without.some(({ id }) => id === one.id)).reduce((sum, one) => sum + one.gpus.length, 0)
      if (placed) return victims.length === 0
      if (victims.some(({ id }) => (weak.find((one) => one.id === id)?.priority ?? 0) >= priority)) return false
      if (victims.length === 0) {
        return ['a', 'b', 'c'].every((on) => {
          const weaker = [...state.assignments.values()].filter(({ id }) => (weak.find((one) => one.id === id)?.priority ?? 0) < priority)
          return freeOn(on, weaker) < gpus
        })
      }
      const on = victims[0]?.hostId.slice('host-'.length) ?? ''
      return (
        freeOn(on, victims) >= gpus &&
        victims.every(
          (spared) =>
            freeOn(
              on,
              victims.filter((one) => one !== spared),
            ) < gpus,
        )
      )
    }),
    { numRuns: propertyRuns(150) },
  )
  t.pass()
})

/** The fleet once all that leaves has left and all that starts serves. */
const settled = (state: FleetState): FleetState => {
  const gone = [...state.assignments.values()].filter(({ stage }) => stage === 'draining' || stage === 'stopping')
  const rest = applyChanges(
    state,
    gone.map(({ id }) => ({ kind: 'deleteAssignment', id })),
  )
  const hosts = new Map(
    [...rest.hosts].map(([id, view]) => [
      id,
      {
        ...view,
        replicas: new Map(
          [...rest.assignments.values()]
            .filter(({ hostId }) => hostId === id)
            .map((one) => [one.id, status(one.id, 'ready', { gpuUuids: one.gpuUuids })]),
        ),
      },
    ]),
  )
  return { ...rest, hosts }
}

test('preemption ends: nobody is preempted for ever, and whoever waits in the end could not be helped by a weaker one', (t) => {
  fc.assert(
    fc.property(
      replicas,
      fc.array(
        fc.record({ gpus: fc.integer({ min: 1, max: 4 }), priority: fc.integer({ min: 0, max: 3 }), want: fc.integer({ min: 1, max: 3 }) }),
        { minLength: 1, maxLength: 3 },
      ),
      (wanted, strong) => {
        const base = scene(packed(wanted), {}, { a: 4, b: 4, c: 4 })
        const specs = strong.map(({ gpus, priority, want }, index) =>
          specOf({ name: `s${index}`, model: { name: `s${index}`, path: '/m' }, resources: { gpus }, priority, replicas: want }),
        )
        let state: FleetState = applyChanges(base, [
          { kind: 'deleteDeployment', name: 'strong' },
          ...specs.flatMap((one) => [
            { kind: 'putRevision' as const, revision: revision(1, one) },
            { kind: 'putDeployment' as const, deployment: deployment(one.name, { replicas: one.replicas, createdUnixMs: 9 }) },
          ]),
        ])
        for (let round = 0; round < 60; round++) {
          const { changes } = plan(state, 10_000 + round * 1000)
          if (changes.length === 0) return true
          state = settled(applyChanges(state, changes))
        }
        return false
      },
    ),
    { numRuns: propertyRuns(60) },
  )
  t.pass()
})
