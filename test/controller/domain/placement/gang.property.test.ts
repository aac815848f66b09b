import test from 'ava'
import fc from 'fast-check'
import type { HostView } from '../../../../controller/domain/model.ts'
import { capacityOf } from '../../../../controller/domain/placement/capacity.ts'
import { place } from '../../../../controller/domain/placement/plan.ts'
import { propertyRuns } from '../../../support/property-runs.ts'
import { assignment, gpu, host, inventory, specOf } from '../support/fleet.ts'

interface Shape {
  readonly gpus: number
  readonly model: string
  readonly rack: string
  readonly zone: string
  /** Replicas of the same deployment that live there already, without GPUs. */
  readonly replicas: number
  readonly cordoned: boolean
  /** Hosts that it must not be in one gang with. */
  readonly apart: readonly number[]
}

const shape: fc.Arbitrary<Shape> = fc.record({
  gpus: fc.integer({ min: 0, max: 4 }),
  model: fc.constantFrom('A100', 'H200'),
  rack: fc.constantFrom('r1', 'r2', 'r3'),
  zone: fc.constantFrom('z1', 'z2'),
  replicas: fc.nat({ max: 2 }),
  cordoned: fc.boolean(),
  apart: fc.array(fc.nat({ max: 6 }), { maxLength: 2 }),
})

const viewOf = ({ gpus, model, rack, zone, cordoned, apart }: Shape, index: number): HostView => {
  const name = `h${index}`
  const all = Array.from({ length: gpus }, (_, place) => gpu(name, place, { model }))
  const view = host(name, 0, { inventory: inventory(name, all), labels: { rack, zone }, cordoned })
  const quarantines = apart
    .filter((peer) => peer !== index)
    .map((peer) => ({ peer: `h${peer}`, scope: 'gangs' as const, symptom: 'slow' as const, reason: 'slow', untilUnixMs: 9 }))
  return { ...view, record: { ...view.record, quarantines } }
}

const subsets = (items: readonly number[], size: number): readonly (readonly number[])[] =>
  size === 0 ? [[]] : items.flatMap((item, place) => subsets(items.slice(place + 1), size - 1).map((rest) => [item, ...rest]))

const compare = (a: readonly number[], b: readonly number[]): number =>
  a.map((one, place) => one - (b[place] ?? 0)).find((d) => d !== 0) ?? 0

const allSame = (values: readonly string[]): boolean => new Set(values).size === 1

test('every gang that may be placed is placed, whole and on different hosts, and no other choice of hosts is better', (t) => {
  const input = fc.tuple(fc.array(shape, { maxLength: 7 }), fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 2 }))
  fc.assert(
    fc.property(input, ([shapes, hosts, each]) => {
      const views = shapes.map(viewOf)
      const capacities = views.map((view, index) =>
        capacityOf(
          view,
          Array.from({ length: shapes[index]?.replicas ?? 0 }, (_, n) => ({
            assignment: assignment(`r1-${index}${n}`, { deployment: 'r1', hostId: view.record.id }),
            port: 0,
          })),
          () => true,
        ),
      )
      const spec = specOf({ name: 'r1', resources: { gpus: hosts * each }, parallelism: { hosts } })
      const placement = place({ deployment: 'r1', spec, avoidHostIds: new Set(), nowUnixMs: 0 }, capacities)

      const able = shapes.flatMap(({ gpus, cordoned }, index) => (gpus >= each && !cordoned ? [index] : []))
      const mayMeet = (a: number, b: number) => !shapes[a]?.apart.includes(b) && !shapes[b]?.apart.includes(a)
      const allowed = subsets(able, hosts).filter((team) => subsets(team, 2).every(([a = 0, b = 0]) => mayMeet(a, b)))
      const measure = (team: readonly number[]): readonly number[] => {
        const members = team.flatMap((index) => shapes[index] ?? [])
        const sum = (value: (one: Shape) => number) => members.reduce((total, one) => total + value(one), 0)
        const distance = allSame(members.map(({ rack }) => rack)) ? 0 : allSame(members.map(({ zone }) => zone)) ? 1 : 2
        return [
          allSame(members.map(({ model }) => model)) ? 0 : 1,
          sum(({ replicas }) => replicas),
          distance,
          sum(({ gpus }) => gpus - each),
        ]
      }
      if (!placement.placed) return allowed.length === 0 && placement.hosts.length === views.length && placement.suggestion !== ''
      const parts = [placement, ...placement.workers]
      const team = parts.map(({ hostId }) => Number(hostId.slice('host-h'.length)))
      const whole = new Set(team).size === hosts && parts.every(({ gpuUuids }) => new Set(gpuUuids).size === each)
      const mine = measure(team)
      return (
        whole && subsets(team, 2).every(([a = 0, b = 0]) => mayMeet(a, b)) && allowed.every((other) => compare(mine, measure(other)) <= 0)
      )
    }),
    { numRuns: propertyRuns(400) },
  )
  t.pass()
})
