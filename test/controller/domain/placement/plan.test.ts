import test from 'ava'
import fc from 'fast-check'
import type { Assignment, HostView } from '../../../../controller/domain/model.ts'
import { capacityOf } from '../../../../controller/domain/placement/capacity.ts'
import { compareNames } from '../../../../controller/domain/placement/names.ts'
import { type NotPlaced, type Placed, place } from '../../../../controller/domain/placement/plan.ts'
import type { DeploymentDocument } from '../../../../controller/domain/spec/schema.ts'
import { assignment, gpu, host, inventory, links, specOf, status } from '../support/fleet.ts'

const placed = (changes: Partial<DeploymentDocument>, hosts: readonly HostView[], assignments: readonly Assignment[] = []) =>
  place(
    { deployment: 'ds7b', spec: specOf(changes), avoidHostIds: new Set(), nowUnixMs: 0 },
    hosts.map((one) =>
      capacityOf(
        one,
        assignments.filter(({ hostId }) => hostId === one.record.id).map((held) => ({ assignment: held, port: 0 })),
        (id) => assignments.some((known) => known.id === id),
      ),
    ),
  )

const where = (...args: Parameters<typeof placed>): string => {
  const placement = placed(...args)
  return placement.placed ? placement.hostId : `not placed: ${placement.suggestion}`
}

const refused = (...args: Parameters<typeof placed>): NotPlaced => {
  const placement = placed(...args)
  if (placement.placed) throw new Error(`placed on ${placement.hostId}`)
  return placement
}

const onHost = (id: string, hostName: string, gpus: readonly number[], changes: Partial<Assignment> = {}): Assignment =>
  assignment(id, { hostId: `host-${hostName}`, gpuUuids: gpus.map((index) => `GPU-${hostName}-${index}`), ...changes })

test('the fullest host that still has room is taken, so that empty hosts stay whole', (t) => {
  t.is(where({}, [host('a', 8), host('b', 8)], [onHost('other-1', 'b', [0, 1])]), 'host-b')
})

test('replicas of one deployment spread over hosts before hosts are filled', (t) => {
  const mine = [onHost('ds7b-1', 'b', [0])]
  t.is(where({}, [host('a', 8), host('b', 8)], mine), 'host-a')
  t.is(where({ placement: { spread: false } }, [host('a', 8), host('b', 8)], mine), 'host-b')
})

test('equal hosts are told apart by name, with numbers as numbers', (t) => {
  t.is(where({}, [host('gpu-10', 1), host('gpu-9', 1)]), 'host-gpu-9')
  t.true(compareNames('gpu-2', 'gpu-10') < 0)
})

test('the smallest GPUs that are large enough are taken', (t) => {
  const large = host('large', 0, { inventory: inventory('large', [gpu('large', 0, { memoryMiB: 81_920 })]) })
  t.is(where({ resources: { gpuMemory: '40Gi' } }, [large, host('small', 1)]), 'host-small')
})

test('a GPU that shows a little less than it is sold with counts as what it is sold with', (t) => {
  const l40s = host('l', 0, { inventory: inventory('l', [gpu('l', 0, { memoryMiB: 46_068 })]) })
  t.is(where({ resources: { gpuMemory: '48Gi' } }, [l40s]), 'host-l')
})

test('GPUs joined by NVLink are preferred over lower indices, across hosts and within one', (t) => {
  const gpus = [0, 1, 2, 3].map((index) => gpu('a', index))
  const pair = gpus.slice(2)
  const nvlinked = host('b', 0, { inventory: inventory('b', [gpu('b', 0), gpu('b', 1)], { gpuLinks: links([gpu('b', 0), gpu('b', 1)]) }) })
  const within = placed({ resources: { gpus: 2 } }, [host('a', 0, { inventory: inventory('a', gpus, { gpuLinks: links(pair) }) })])
  t.deepEqual((within as Placed).gpuUuids, ['GPU-a-2', 'GPU-a-3'])
  t.is(where({ resources: { gpus: 2 } }, [host('a', 2), nvlinked]), 'host-b')
})

test('a single GPU is taken from outside an NVLink pair, so that the pair stays whole', (t) => {
  const gpus = [0, 1, 2].map((index) => gpu('a', index))
  const placement = placed({}, [host('a', 0, { inventory: inventory('a', gpus, { gpuLinks: links(gpus.slice(0, 2)) }) })])
  t.deepEqual((placement as Placed).gpuUuids, ['GPU-a-2'])
})

test('GPUs of one NUMA node are taken together', (t) => {
  const gpus = [0, 1, 2, 3].map((index) => gpu('a', index, { numaNode: index % 2 }))
  const placement = placed({ resources: { gpus: 2 } }, [host('a', 0, { inventory: inventory('a', gpus, { gpuLinks: links(gpus) }) })])
  t.deepEqual((placement as Placed).gpuUuids, ['GPU-a-0', 'GPU-a-2'])
})

test('what is stopping, lost, reported by nobody, or held by a foreign process is not free', (t) => {
  const needs = { resources: { gpus: 1 } }
  t.is(refused(needs, [host('a', 1)], [onHost('x-1', 'a', [0], { stage: 'stopping' })]).hosts[0]?.code, 'gpus-taken')
  t.is(refused(needs, [host('a', 1)], [onHost('x-1', 'a', [0], { stage: 'lost' })]).hosts[0]?.code, 'gpus-taken')
  t.regex(
    refused(needs, [host('a', 1, { replicas: [status('orphan-1', 'ready', { gpuUuids: ['GPU-a-0'] })] })]).hosts[0]?.message ?? '',
    /held by orphan-1/,
  )
  const usage = { uuid: 'GPU-a-0', processes: [{ pid: 42, name: 'python', replicaId: '', foreign: true }] }
  t.regex(refused(needs, [host('a', 1, { gpus: new Map([['GPU-a-0', usage]]) })]).hosts[0]?.message ?? '', /held by process 42 \(python\)/)
})

for (const [title, hostView, changes, code, suggestion] of [
  ['lost', host('a', 1, { presence: 'lost' }), {}, 'lost', /bring a back/],
  ['silent', host('a', 1, { presence: 'silent' }), {}, 'silent', /wait for a/],
  ['not back since the controller started', host('a', 1, { presence: 'unknown' }), {}, 'silent', /wait for a/],
  ['connected and not yet told everything', host('a', 1, { synced: false }), {}, 'silent', /wait for a/],
  ['cordoned', host('a', 1, { cordoned: true }), {}, 'cordoned', /^hostler uncordon a$/],
  ['revoked', host('a', 1, { revoked: true }), {}, 'revoked', /join another host/],
  ['without a label', host('a', 1), { placement: { labels: { zone: 'b' } } }, 'labels', /placement\.labels/],
  ['not among the named ones', host('a', 1), { placement: { hosts: ['b'] } }, 'labels', /^add a to placement\.hosts$/],
  ['without GPUs', host('a', 0), {}, 'no-gpus', /^join a host with 1 GPU$/],
  [
    'with unreadable GPUs',
    host('a', 0, { inventory: inventory('a', [], { gpuProblem: 'nvidia-smi hangs' }) }),
    {},
    'gpu-problem',
    /nvidia-smi hangs/,
  ],
  ['of another GPU model', host('a', 1), { placement: { gpuModel: 'H200' } }, 'gpu-model', /NVIDIA A100-SXM4-40GB/],
  ['with smaller GPUs', host('a', 1), { resources: { gpuMemory: '80Gi' } }, 'gpu-memory', /lower resources\.gpuMemory to 40Gi/],
  ['with too few GPUs', host('a', 2), { resources: { gpus: 4 } }, 'gpus-taken', /lower resources\.gpus to 2/],
  [
    'without the memory',
    host('a', 1),
    { resources: { memory: { request: '300Gi' } } },
    'memory',
    /lower resources\.memory\.request to 256Gi/,
  ],
  [
    'without the runtime',
    host('a', 1, { inventory: inventory('a', [gpu('a', 0)], { runtimes: [] }) }),
    {},
    'runtime',
    /offers no runtime docker/,
  ],
] as const) {
  test(`a host that is ${title} is refused with that reason and a way out`, (t) => {
    const { hosts, suggestion: text } = refused(changes as Partial<DeploymentDocument>, [hostView])
    t.is(hosts[0]?.code, code)
    t.regex(text, suggestion)
  })
}

test('of several ways out the easiest is suggested', (t) => {
  const full = [onHost('x-1', 'full', [0, 1, 2])]
  const hosts = [host('none', 0), host('full', 4), host('gone', 4, { presence: 'lost' })]
  t.regex(refused({ resources: { gpus: 2 } }, hosts, full).suggestion, /^free 1 GPU on full \(held by x-1\)/)
})

test('a fleet without hosts is told how one joins', (t) => {
  t.regex(refused({}, []).suggestion, /hostler token create/)
})

test('two replicas with one fixed port do not share a host', (t) => {
  const spec = specOf({ port: 8000 })
  const capacity = capacityOf(host('a', 8), [{ assignment: onHost('x-1', 'a', [0]), port: 8000 }], () => true)
  const placement = place({ deployment: 'ds7b', spec, avoidHostIds: new Set(), nowUnixMs: 0 }, [capacity])
  t.false(placement.placed)
  if (!placement.placed) t.is(placement.hosts[0]?.code, 'port')
})

test('however hosts are filled, a placement is of free, suitable, different GPUs, and one is found whenever a host has them', (t) => {
  const hosts = fc.array(fc.record({ gpus: fc.nat({ max: 8 }), taken: fc.array(fc.nat({ max: 7 })), gib: fc.constantFrom(24, 40, 80) }), {
    maxLength: 6,
  })
  fc.assert(
    fc.property(hosts, fc.integer({ min: 0, max: 8 }), fc.constantFrom(0, 40), (shapes, needed, gib) => {
      const views = shapes.map((shape, i) => {
        const gpus = Array.from({ length: shape.gpus }, (_, index) => gpu(`h${i}`, index, { memoryMiB: shape.gib * 1024 }))
        return host(`h${i}`, 0, { inventory: inventory(`h${i}`, gpus, { gpuLinks: links(gpus.slice(0, 4)) }) })
      })
      const held = shapes.flatMap((shape, i) => [...new Set(shape.taken)].map((index) => onHost(`x-${i}${index}`, `h${i}`, [index])))
      const placement = placed({ resources: { gpus: needed, ...(gib > 0 && needed > 0 ? { gpuMemory: `${gib}Gi` } : {}) } }, views, held)
      const fits = shapes.some(({ gpus, taken, gib: each }) => {
        const free = gpus - new Set(taken.filter((index) => index < gpus)).size
        return free >= needed && (needed === 0 || each >= gib)
      })
      if (placement.placed !== fits) return false
      if (!placement.placed) return placement.hosts.length === views.length && placement.suggestion !== ''
      const uuids = new Set(placement.gpuUuids)
      return uuids.size === needed && held.every(({ gpuUuids }) => !gpuUuids.some((uuid) => uuids.has(uuid)))
    }),
  )
  t.pass()
})
