import test from 'ava'
import fc from 'fast-check'
import { chooseGpus } from '../../../../controller/domain/placement/gpus.ts'
import type { GpuInfo, GpuLink } from '../../../../shared/fleet/inventory.ts'
import { gpu } from '../support/fleet.ts'

const kinds = ['NV18', 'NV4', 'PIX', 'PXB', 'PHB', 'NODE', 'SYS'] as const
const stepsOf = (kind: string): number => (kind.startsWith('NV') ? 0 : ['PIX', 'PXB', 'PHB', 'NODE', 'SYS'].indexOf(kind) + 1)

const gpusOf = (count: number): readonly GpuInfo[] => Array.from({ length: count }, (_, index) => gpu('a', index))
const link = (a: number, b: number, kind: string): GpuLink => ({ aUuid: `GPU-a-${a}`, bUuid: `GPU-a-${b}`, kind })
const indices = (uuids: readonly string[]): readonly number[] => uuids.map((uuid) => Number(uuid.split('-').at(-1)))

/** Two sockets with two PCIe switches each, two GPUs a switch. */
const twoSockets = (nvlinked: readonly (readonly [number, number])[] = []): readonly GpuLink[] =>
  gpusOf(8).flatMap((_, a) =>
    Array.from({ length: 8 }, (__, b) => b)
      .filter((b) => b > a)
      .map((b) => {
        const isPair = nvlinked.some(([x, y]) => x === a && y === b)
        return link(a, b, isPair ? 'NV4' : a >> 1 === b >> 1 ? 'PIX' : a >> 2 === b >> 2 ? 'NODE' : 'SYS')
      }),
  )

const chosen = (free: readonly number[], needed: number, links: readonly GpuLink[], groupSize = needed): readonly number[] =>
  indices(
    chooseGpus(
      { gpus: gpusOf(8), gpuLinks: links },
      gpusOf(8).filter(({ index }) => free.includes(index)),
      { needed, groupSize },
    ).uuids,
  )

test('without NVLink, GPUs behind one PCIe switch are taken together, then those of one socket', (t) => {
  t.deepEqual(chosen([1, 2, 3, 4], 2, twoSockets()), [2, 3])
  t.deepEqual(chosen([1, 3, 4, 5, 6], 3, twoSockets()), [4, 5, 6])
})

test('a single GPU leaves pairs behind one switch whole', (t) => {
  t.deepEqual(chosen([0, 1, 3, 4, 5], 1, twoSockets()), [3])
})

test('an NVLink pair over two sockets comes before two GPUs behind one switch', (t) => {
  t.deepEqual(chosen([0, 1, 2, 6], 2, twoSockets([[2, 6]])), [2, 6])
})

test('GPUs that share layers are counted side by side, so that a stage is one NVLink pair', (t) => {
  const crossed = twoSockets([
    [0, 4],
    [1, 5],
    [2, 6],
    [3, 7],
  ])
  t.deepEqual(chosen([0, 1, 2, 3, 4, 5, 6, 7], 8, crossed, 2), [0, 4, 1, 5, 2, 6, 3, 7])
})

test('a host with more GPUs than can be tried in every way is served too', (t) => {
  const gpus = Array.from({ length: 32 }, (_, index) => gpu('a', index))
  const links = gpus.flatMap((_, a) => gpus.slice(a + 1).map((__, i) => link(a, a + 1 + i, a >> 3 === (a + 1 + i) >> 3 ? 'NV12' : 'SYS')))
  const choice = chooseGpus({ gpus, gpuLinks: links }, gpus.slice(5), { needed: 8 })
  t.deepEqual(indices(choice.uuids), [8, 9, 10, 11, 12, 13, 14, 15])
  t.true(choice.oneDomain)
})

/** Every subset of so many. */
const subsets = <T>(items: readonly T[], size: number): readonly (readonly T[])[] => {
  if (size === 0) return [[]]
  return items.flatMap((item, place) => subsets(items.slice(place + 1), size - 1).map((rest) => [item, ...rest]))
}

const host = fc.integer({ min: 1, max: 7 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    kinds: fc.array(fc.constantFrom(...kinds), { minLength: (count * (count - 1)) / 2, maxLength: (count * (count - 1)) / 2 }),
    needed: fc.integer({ min: 1, max: count }),
    taken: fc.nat({ max: count }),
  }),
)

test('no other choice is joined by NVLink when the one taken is not, and none of its kind reaches less far or is nearer in all', (t) => {
  fc.assert(
    fc.property(host, ({ count, kinds: all, needed, taken }) => {
      const gpus = gpusOf(count)
      const rest = [...all]
      const links = gpus.flatMap((_, a) => gpus.slice(a + 1).map((__, i) => link(a, a + 1 + i, rest.pop() ?? 'SYS')))
      const kindOf = (a: number, b: number) =>
        links.find(({ aUuid, bUuid }) => aUuid === `GPU-a-${Math.min(a, b)}` && bUuid === `GPU-a-${Math.max(a, b)}`)?.kind ?? 'SYS'
      const measure = (places: readonly number[]) => {
        const pairs = subsets(places, 2).map(([a = 0, b = 0]) => stepsOf(kindOf(a, b)))
        const reached = new Set(places.slice(0, 1))
        for (let round = 0; round < places.length; round++)
          for (const place of places) if ([...reached].some((from) => stepsOf(kindOf(from, place)) === 0)) reached.add(place)
        return [reached.size === places.length ? 0 : 1, Math.max(0, ...pairs), pairs.reduce((sum, one) => sum + one, 0)]
      }
      const free = gpus.slice(Math.min(taken, count - needed))
      const choice = chooseGpus({ gpus, gpuLinks: links }, free, { needed })
      const mine = measure(indices(choice.uuids))
      const best = subsets(
        free.map(({ index }) => index),
        needed,
      )
        .map(measure)
        .reduce((a, b) => (compare(a, b) <= 0 ? a : b))
      return (
        new Set(choice.uuids).size === needed &&
        compare(mine, best) === 0 &&
        choice.oneDomain === (mine[0] === 0) &&
        choice.reach === mine[1]
      )
    }),
  )
  t.pass()
})

const compare = (a: readonly number[], b: readonly number[]): number =>
  a.map((one, place) => one - (b[place] ?? 0)).find((d) => d !== 0) ?? 0
