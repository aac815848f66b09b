import test from 'ava'
import fc from 'fast-check'
import { applyChanges } from '../../../../controller/domain/fleet/apply.ts'
import { planFleet } from '../../../../controller/domain/fleet/plan.ts'
import type { Taint } from '../../../../controller/domain/hosts/taints.ts'
import type { FleetState, HostView } from '../../../../controller/domain/model.ts'
import { capacityOf } from '../../../../controller/domain/placement/capacity.ts'
import { place } from '../../../../controller/domain/placement/plan.ts'
import type { DeploymentDocument } from '../../../../controller/domain/spec/schema.ts'
import { assignment, deployment, fleet, gateway, type HostOptions, host, revision, settings, specOf, status } from '../support/fleet.ts'

const placement = (wanted: DeploymentDocument['placement'], hosts: readonly HostView[]) =>
  place(
    { deployment: 'ds7b', spec: specOf({ placement: wanted }), avoidHostIds: new Set(), nowUnixMs: 0 },
    hosts.map((one) => capacityOf(one, [], () => false)),
  )
const where = (wanted: DeploymentDocument['placement'], hosts: readonly HostView[]): string => {
  const found = placement(wanted, hosts)
  return found.placed ? found.hostId : `${found.hosts.map(({ code }) => code).join(',')}: ${found.suggestion}`
}

const dedicated: Taint = { key: 'dedicated', value: 'search', effect: 'NoSchedule' }
const tuning = (groups: readonly string[]) => ({ profile: '', from: '', groups, problem: '', digest: '' })

test('a host with a taint takes only what tolerates it, and says which taint it is', (t) => {
  const hosts = [host('a', 1, { taints: [dedicated] })]
  t.regex(where({}, hosts), /^taint: tolerate the taint dedicated=search:NoSchedule of a in placement\.tolerations/)
  t.is(where({ tolerations: [{ key: 'dedicated', value: 'search' }] }, hosts), 'host-a')
})

test('a host with PreferNoSchedule is taken last, whatever else speaks for it', (t) => {
  const avoided = host('a', 1, { taints: [{ key: 'old', value: '', effect: 'PreferNoSchedule' }] })
  t.is(where({}, [avoided, host('b', 8)]), 'host-b')
  t.is(where({}, [avoided]), 'host-a')
  t.is(where({ tolerations: [{ key: 'old', operator: 'Exists' }] }, [avoided, host('b', 8)]), 'host-a')
})

test('only hosts of the named groups are taken', (t) => {
  const hosts = [host('a', 1, { tuning: tuning(['gpus']) }), host('b', 1, { tuning: tuning(['big', 'gpus']) })]
  t.is(where({ groups: ['big'] }, hosts), 'host-b')
  t.regex(where({ groups: ['huge'] }, hosts), /^group,group: put a into the group huge/)
})

const others = ['alpha-1'] as const

/** `alpha` runs on host a; `ds7b` is to be placed. */
const beside = (mine: DeploymentDocument['placement'], theirs: DeploymentDocument['placement'], hosts: readonly HostView[]): FleetState =>
  fleet({
    deployments: [deployment('alpha', { nextReplica: 5, lastGoodRevision: 1 }), deployment('ds7b', { createdUnixMs: 1 })],
    revisions: [
      revision(1, specOf({ name: 'alpha', model: { name: 'alpha', path: '/m' }, placement: theirs })),
      revision(1, specOf({ placement: mine })),
    ],
    hosts,
    gateways: [gateway()],
    assignments: others.map((id) => assignment(id, { gpuUuids: ['GPU-a-0'] })),
  })

const plan = (state: FleetState) => planFleet(state, { nowUnixMs: 10_000, settings })
const placedOn = (state: FleetState): readonly string[] =>
  [...applyChanges(state, plan(state).changes).assignments.values()]
    .filter(({ deployment: name }) => name === 'ds7b')
    .map(({ hostId }) => hostId)
const reasons = (state: FleetState) => plan(state).reports.get('ds7b')?.unplaced

const inRack = (name: string, rack: string | undefined, options: HostOptions = {}) =>
  host(name, 2, {
    labels: rack === undefined ? {} : { rack },
    ...(name === 'a' ? { replicas: [status('alpha-1', 'ready', { gpuUuids: ['GPU-a-0'] })] } : {}),
    ...options,
  })
const racks = [inRack('a', 'r1'), inRack('b', 'r1'), inRack('c', 'r2')]

test('a replica keeps away from the hosts of another deployment, or from their racks', (t) => {
  t.deepEqual(placedOn(beside({ antiAffinity: [{ deployments: ['alpha'] }] }, {}, racks)), ['host-b'])
  t.deepEqual(placedOn(beside({ antiAffinity: [{ deployments: ['alpha'], topologyKey: 'rack' }] }, {}, racks)), ['host-c'])
})

test('anti-affinity holds both ways: who is not to stand beside another keeps that other away', (t) => {
  t.deepEqual(placedOn(beside({}, { antiAffinity: [{ deployments: ['ds7b'], topologyKey: 'rack' }] }, racks)), ['host-c'])
})

test('where every host is kept apart the reason names the neighbour and the wish', (t) => {
  const unplaced = reasons(beside({ antiAffinity: [{ deployments: ['alpha'], topologyKey: 'rack' }] }, {}, racks.slice(0, 2)))
  t.deepEqual(
    unplaced?.hosts.map(({ code, message }) => [code, message]),
    [
      ['anti-affinity', 'rack=r1 runs alpha-1, and placement.antiAffinity keeps ds7b from alpha'],
      ['anti-affinity', 'rack=r1 runs alpha-1, and placement.antiAffinity keeps ds7b from alpha'],
    ],
  )
  t.regex(unplaced?.suggestion ?? '', /^set mode: preferred/)
})

test('a host without the label is out of the question when it is required, and last when it is preferred', (t) => {
  const hosts = [inRack('a', 'r1'), inRack('b', undefined)]
  const term = { deployments: ['alpha'], topologyKey: 'rack' }
  t.regex(reasons(beside({ antiAffinity: [term] }, {}, hosts))?.hosts[1]?.message ?? '', /^has no label rack/)
  t.deepEqual(placedOn(beside({ antiAffinity: [{ ...term, mode: 'preferred' }] }, {}, hosts)), ['host-a'])
})

test('a preference gives way where nothing else is left', (t) => {
  const preferred = { antiAffinity: [{ deployments: ['alpha'], mode: 'preferred' as const }] }
  t.deepEqual(placedOn(beside(preferred, {}, racks)), ['host-b'])
  t.deepEqual(placedOn(beside(preferred, {}, racks.slice(0, 1))), ['host-a'])
})

test('replicas of one deployment are never on one host when they keep apart from each other', (t) => {
  const state = beside({ antiAffinity: [{}] }, {}, racks)
  const three = { ...state, deployments: new Map([...state.deployments, ['ds7b', deployment('ds7b', { replicas: 4, createdUnixMs: 1 })]]) }
  t.deepEqual(placedOn(three).toSorted(), ['host-a', 'host-b', 'host-c'])
  t.is(reasons(three)?.count, 1)
})

test('a taint with NoExecute makes replicas move, others first; what tolerates it stays', (t) => {
  const evicting: Taint = { key: 'maintenance', value: '', effect: 'NoExecute' }
  const hosts = [inRack('a', 'r1', { taints: [evicting] }), inRack('b', 'r1')]
  const moved = applyChanges(beside({}, {}, hosts), plan(beside({}, {}, hosts)).changes)
  const ofAlpha = [...moved.assignments.values()].filter(({ deployment: name }) => name === 'alpha')
  t.deepEqual(
    ofAlpha.map(({ hostId, stage }) => [hostId, stage]),
    [
      ['host-a', 'serving'],
      ['host-b', 'starting'],
    ],
  )
  const tolerant = beside({}, { tolerations: [{ operator: 'Exists' }] }, hosts)
  t.is(
    [...applyChanges(tolerant, plan(tolerant).changes).assignments.values()].filter(({ deployment: name }) => name === 'alpha').length,
    1,
  )
})

const obstacles = ['cordoned', 'taint', 'label', 'group'] as const
const said: Readonly<Record<(typeof obstacles)[number], RegExp>> = {
  cordoned: /hostler uncordon (\S+?)(;|$)/,
  taint: /tolerate the taint \S+ of (\S+) in/,
  label: /set labels of (\S+) so/,
  group: /put (\S+) into the group/,
}

test('whatever stands in the way, doing all that is suggested makes room, and nothing easier would', (t) => {
  const obstructed = (name: string, inTheWay: ReadonlySet<string>): HostView =>
    host(name, 1, {
      cordoned: inTheWay.has('cordoned'),
      taints: inTheWay.has('taint') ? [dedicated] : [],
      labels: inTheWay.has('label') ? {} : { zone: 'a' },
      tuning: tuning(inTheWay.has('group') ? [] : ['gpus']),
    })
  const wanted = { labels: { zone: 'a' }, groups: ['gpus'] }
  fc.assert(
    fc.property(fc.array(fc.subarray([...obstacles], { minLength: 1 }), { minLength: 1, maxLength: 5 }), (sets) => {
      const found = placement(
        wanted,
        sets.map((set, i) => obstructed(`h${i}`, new Set(set))),
      )
      if (found.placed) return false
      const named = obstacles.flatMap((one) => {
        const name = found.suggestion.match(said[one])?.[1]
        return name === undefined ? [] : [{ one, index: Number(name.slice(1)) }]
      })
      const [first] = named
      if (first === undefined || named.some(({ index }) => index !== first.index)) return false
      const cleared = sets.map((set, i) =>
        obstructed(`h${i}`, new Set(set.filter((one) => !named.some((n) => n.index === i && n.one === one)))),
      )
      const effort = (set: readonly string[]) => set.filter((one) => one !== 'cordoned').length
      return placement(wanted, cleared).placed && effort(sets[first.index] ?? []) === Math.min(...sets.map(effort))
    }),
  )
  t.pass()
})
