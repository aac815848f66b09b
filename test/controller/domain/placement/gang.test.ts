import test from 'ava'
import type { HostView } from '../../../../controller/domain/model.ts'
import { capacityOf } from '../../../../controller/domain/placement/capacity.ts'
import { type NotPlaced, place } from '../../../../controller/domain/placement/plan.ts'
import type { DeploymentDocument } from '../../../../controller/domain/spec/schema.ts'
import { gpu, host, inventory, links, specOf } from '../support/fleet.ts'

const over = (hosts: number, gpus: number, changes: Partial<DeploymentDocument> = {}): Partial<DeploymentDocument> => ({
  resources: { gpus },
  parallelism: { hosts },
  ...changes,
})

const placed = (changes: Partial<DeploymentDocument>, hosts: readonly HostView[]) =>
  place(
    { deployment: 'r1', spec: specOf(changes), avoidHostIds: new Set(), nowUnixMs: 1_000 },
    hosts.map((one) => capacityOf(one, [], () => true)),
  )

/** Names by rank, or why not. */
const where = (changes: Partial<DeploymentDocument>, hosts: readonly HostView[]): string => {
  const placement = placed(changes, hosts)
  if (!placement.placed) return placement.suggestion
  return [placement.hostId, ...placement.workers.map(({ hostId }) => hostId)].map((id) => id.replace('host-', '')).join(' ')
}

const refused = (changes: Partial<DeploymentDocument>, hosts: readonly HostView[]): NotPlaced => {
  const placement = placed(changes, hosts)
  if (placement.placed) throw new Error(`placed on ${placement.hostId}`)
  return placement
}

const quarantined = (view: HostView, peer: string, untilUnixMs = 2_000): HostView => ({
  ...view,
  record: {
    ...view.record,
    quarantines: [{ peer, scope: 'gangs', symptom: 'slow', reason: 'the network between them is slower than its link', untilUnixMs }],
  },
})

test('a gang takes its GPUs on as many hosts as it asks for, the same number on each', (t) => {
  const placement = placed(over(2, 8), [host('a', 4), host('b', 4), host('c', 2)])
  if (!placement.placed) return t.fail(placement.suggestion)
  t.is(placement.hostId, 'host-a')
  t.is(placement.gpuUuids.length, 4)
  t.deepEqual(placement.workers, [{ hostId: 'host-b', gpuUuids: ['GPU-b-0', 'GPU-b-1', 'GPU-b-2', 'GPU-b-3'] }])
})

test('a gang is not placed in part: every host says why, and what is missing is told', (t) => {
  const { hosts, suggestion } = refused(over(2, 16), [host('a', 8), host('b', 8, { cordoned: true }), host('c', 4)])
  t.deepEqual(
    hosts.map(({ hostName, code }) => [hostName, code]),
    [
      ['a', 'multi-host'],
      ['b', 'cordoned'],
      ['c', 'gpus-taken'],
    ],
  )
  t.regex(hosts[0]?.message ?? '', /could take one of the 2 members; 1 such host found/)
  t.is(suggestion, 'hostler uncordon b')
})

test('when several hosts are missing the smallest changes are told together', (t) => {
  const { suggestion } = refused(over(3, 24), [host('a', 8), host('b', 8, { cordoned: true })])
  t.is(suggestion, 'hostler uncordon b; and join another host with 8 GPUs')
})

test('a host that has all the GPUs by itself is named when the gang has no second one', (t) => {
  t.regex(refused(over(2, 8), [host('a', 8)]).suggestion, /^set parallelism.hosts to 1: a has 8 GPUs free by itself$/)
})

test('hosts of one GPU model are taken together before fuller hosts of mixed ones', (t) => {
  const h200 = (name: string, count: number) =>
    host(name, 0, {
      inventory: inventory(
        name,
        Array.from({ length: count }, (_, index) => gpu(name, index, { model: 'NVIDIA H200' })),
      ),
    })
  t.is(where(over(2, 4), [host('a', 2), h200('b', 8), h200('c', 8)]), 'b c')
})

test('hosts of one rack are taken before those of one zone, and these before others', (t) => {
  const at = (name: string, zone: string, rack: string) => host(name, 8, { labels: { zone, rack } })
  const fleet = [at('a', 'z1', 'r1'), at('b', 'z2', 'r2'), at('c', 'z1', 'r3'), at('d', 'z2', 'r2')]
  t.is(where(over(2, 16), fleet), 'b d')
  t.is(where(over(2, 16), fleet.slice(0, 3)), 'a c')
  t.is(where(over(2, 16), fleet.slice(0, 2)), 'a b')
})

test('of hosts equally near the ones with the faster network are taken', (t) => {
  const at = (name: string, speedMbps: number) => {
    const view = host(name, 8, { address: `10.0.0.${speedMbps % 250}` })
    const nic = { name: 'eth0', mac: '', speedMbps, mtu: 9000, addresses: [`${view.address}/24`], up: true }
    return { ...view, inventory: { ...(view.inventory ?? inventory(name, [])), nics: [nic] } }
  }
  t.is(where(over(2, 16), [at('a', 10_000), at('b', 100_000), at('c', 100_000)]), 'b c')
})

test('two hosts that must not be in one gang are kept apart, and a host that must be in none is left out', (t) => {
  t.is(where(over(2, 16), [quarantined(host('a', 8), 'b'), host('b', 8), host('c', 8)]), 'a c')
  t.is(where(over(2, 16), [quarantined(host('a', 8), ''), host('b', 8), host('c', 8)]), 'b c')
  t.is(where(over(2, 16), [quarantined(host('a', 8), 'b', 500), host('b', 8), host('c', 8)]), 'a b')
  const { hosts, suggestion } = refused(over(2, 16), [quarantined(host('a', 8), 'b'), host('b', 8)])
  t.regex(hosts[0]?.message ?? '', /must not be in one gang/)
  t.regex(suggestion, /hostler diagnose network/)
})

test('an agent of before gangs is asked for none', (t) => {
  const { hosts } = refused(over(2, 16), [host('a', 8, { protocol: 1 }), host('b', 8, { protocol: 2 })])
  t.like(hosts[0], { code: 'runtime', message: 'has an agent that is too old to start a member of a gang; upgrade it' })
})

test('each member prefers GPUs that are joined by NVLink', (t) => {
  const view = (name: string) => {
    const gpus = [0, 1, 2, 3].map((index) => gpu(name, index))
    return host(name, 0, { inventory: inventory(name, gpus, { gpuLinks: links(gpus.slice(2)) }) })
  }
  const placement = placed(over(2, 4), [view('a'), view('b')])
  if (!placement.placed) return t.fail()
  t.deepEqual(
    [placement.gpuUuids, placement.workers[0]?.gpuUuids],
    [
      ['GPU-a-2', 'GPU-a-3'],
      ['GPU-b-2', 'GPU-b-3'],
    ],
  )
})
