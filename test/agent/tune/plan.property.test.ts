import test from 'ava'
import fc from 'fast-check'
import { type Held, targetId } from '../../../agent/tune/change.ts'
import { planFiles, planFilesBack } from '../../../agent/tune/files/our-files.ts'
import type { Reading } from '../../../agent/tune/live/live.ts'
import { wantedFiles } from '../../../agent/tune/look.ts'
import { observed } from '../../../agent/tune/observed.ts'
import { placesAt } from '../../../agent/tune/places.ts'
import { planRevert, planTuning } from '../../../agent/tune/plan.ts'
import { comparisons, type Setting } from '../../../shared/tuning/profile.ts'
import { meets } from '../../../shared/tuning/value.ts'
import { setting } from './scratch-host.ts'

const keys = ['vm.a', 'vm.b', 'net.c', 'net.ipv4.tcp_fastopen', 'net.ipv4.ip_local_reserved_ports'] as const
const number = fc.integer({ min: 0, max: 9 }).map(String)
const reading: fc.Arbitrary<Reading> = fc.oneof(
  { weight: 8, arbitrary: number.map((value) => ({ state: 'value' as const, value })) },
  { weight: 1, arbitrary: fc.constant({ state: 'absent' as const, why: 'gone' }) },
  { weight: 1, arbitrary: fc.constant({ state: 'unreadable' as const, why: 'no' }) },
)
const aSetting = fc
  .tuple(fc.constantFrom(...keys), number, fc.constantFrom(...comparisons))
  .map(([key, value, comparison]): Setting => setting(key, value, { comparison }))

/** A host: what it has, what Hostler set on it before, and a profile. */
interface World {
  readonly live: ReadonlyMap<string, Reading>
  readonly settings: readonly Setting[]
  readonly held: readonly Held[]
  readonly owned: readonly string[]
  readonly fileBefore: string | null
}

const world: fc.Arbitrary<World> = fc.record({
  live: fc.tuple(...keys.map(() => reading)).map((readings) => new Map(readings.map((one, index) => [keys[index] as string, one]))),
  settings: fc.uniqueArray(aSetting, { selector: ({ key }) => key }),
  held: fc
    .uniqueArray(fc.tuple(fc.constantFrom(...keys), number, number), { selector: ([key]) => key })
    .map((list) => list.map(([key, before, ours]): Held => ({ kind: 'sysctl', key, device: '', before, ours }))),
  owned: fc.subarray([...keys]),
  fileBefore: fc.option(fc.constantFrom('vm.a = 1\n', '# mine\nkernel.x = 2\n'), { nil: null }),
})

const readingOf = ({ live }: World, key: string): Reading => live.get(key) ?? { state: 'absent', why: '' }

const planFor = (now: World) => {
  const { settings, held, owned } = now
  const observations = settings.map((one) =>
    observed(one, [{ device: '', reading: readingOf(now, one.key) }], {
      owners: owned.includes(one.key) ? [{ with: 'x', value: undefined, message: 'x', remedy: 'y' }] : [],
    }),
  )
  const released = held
    .filter(({ key }) => !settings.some((one) => one.key === key))
    .map((one) => ({ held: one, reading: readingOf(now, one.key) }))
  return planTuning({ observed: observations, held, released, refused: new Map() })
}

const after = (now: World, changes: readonly { readonly key: string; readonly to: string }[]): World => ({
  ...now,
  live: new Map<string, Reading>([...now.live, ...changes.map(({ key, to }) => [key, { state: 'value' as const, value: to }] as const)]),
})

const property = (check: (now: World) => boolean) => fc.assert(fc.property(world, check), { numRuns: 1000 })

test('safety: nothing is changed that is advice, that others see to, that cannot be read, or that already holds', (t) => {
  property((now) =>
    planFor(now).rows.every(({ observed: { setting: wanted }, changes }) => {
      const found = readingOf(now, wanted.key)
      const leave =
        wanted.comparison === 'advise' || now.owned.includes(wanted.key) || found.state !== 'value' || meets(wanted, found.value)
      return !leave || changes.length === 0
    }),
  )
  t.pass()
})

test('liveness: once the plan is carried out, every setting that may be set holds, and there is nothing more to do', (t) => {
  property((now) => {
    const then = after(now, planFor(now).live)
    const again = planFor({ ...then, held: planFor(now).heldAfter })
    const open = again.rows.filter(({ observed: { setting: wanted }, step }) => {
      const found = readingOf(then, wanted.key)
      return wanted.comparison !== 'advise' && step !== 'conflict' && found.state === 'value' && !meets(wanted, found.value)
    })
    return open.length === 0 && again.live.length === 0
  })
  t.pass()
})

test('safety: a floor never lowers what the host has', (t) => {
  property((now) =>
    planFor(now).rows.every(({ observed: { setting: wanted }, changes }) =>
      changes.every(({ from, to }) => wanted.comparison !== 'at-least' || meets({ ...wanted, value: from }, to)),
    ),
  )
  t.pass()
})

test('a round trip of apply and revert leaves every value as it was where nobody else changed anything', (t) => {
  property((first) => {
    const now = { ...first, held: [] }
    const plan = planFor(now)
    const tuned = after(now, plan.live)
    const back = planRevert(plan.heldAfter.map((held) => ({ held, reading: readingOf(tuned, held.key) })))
    const restored = after(tuned, back.live)
    return back.left.length === 0 && keys.every((key) => JSON.stringify(readingOf(restored, key)) === JSON.stringify(readingOf(now, key)))
  })
  t.pass()
})

test('safety: revert and release touch only what still holds our value', (t) => {
  property((now) => {
    const ours = (key: string) => now.held.find((held) => held.key === key)?.ours
    const back = planRevert(now.held.map((held) => ({ held, reading: readingOf(now, held.key) })))
    const released = planFor(now).live.filter(({ key }) => !now.settings.some((one) => one.key === key))
    return [...back.live, ...released].every(({ key, from }) => {
      const found = readingOf(now, key)
      return found.state === 'value' && found.value === from && meets(setting(key, ours(key) ?? ''), from)
    })
  })
  t.pass()
})

test('every change is journalled with what was there before it', (t) => {
  property((now) => {
    const plan = planFor(now)
    const held = new Map(plan.heldAfter.map((one) => [targetId(one), one]))
    return plan.rows.every(({ changes }) =>
      changes.every((change) => {
        const earlier = now.held.find((one) => targetId(one) === targetId(change))
        const one = held.get(targetId(change))
        return one?.ours === change.to && (one.before === change.from || (earlier?.ours !== undefined && one.before === earlier.before))
      }),
    )
  })
  t.pass()
})

test('a round trip of our files gives back what stood there, whatever it was', (t) => {
  property((now) => {
    const places = placesAt('/host')
    const wanted = wantedFiles({ places, engineUnit: '' }, 'mine', planFor(now).rows)
    const path = wanted[0]?.path ?? ''
    const first = planFiles(wanted, [], new Map([[path, now.fileBefore]]))
    const text = first.changes[0]?.to ?? now.fileBefore
    const settled = planFiles(wanted, first.heldAfter, new Map([[path, text]]))
    const back = planFilesBack(first.heldAfter, new Map([[path, text]]))
    const restored = back.length > 0 ? back[0]?.to : text
    return settled.changes.length === 0 && restored === now.fileBefore
  })
  t.pass()
})
