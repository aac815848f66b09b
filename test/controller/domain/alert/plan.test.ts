import test from 'ava'
import fc from 'fast-check'
import type { Observation } from '../../../../controller/domain/alert/inputs.ts'
import type { Alert, AlertChange } from '../../../../controller/domain/alert/model.ts'
import { planAlerts } from '../../../../controller/domain/alert/plan.ts'
import type { AlertRule } from '../../../../controller/domain/alert/rule.ts'
import { ruleOf } from './support/rules.ts'

/** What is seen of the one series: a value, nothing wrong (undefined), or that it cannot be known. */
type Seen = number | undefined | 'unknown'

const observation = (seen: Seen): Observation => ({
  samples: typeof seen === 'number' ? [{ labels: { host: 'a' }, value: seen }] : [],
  isUnknown: () => seen === 'unknown',
})

const minute = 60_000

class Watch {
  alerts: ReadonlyMap<string, Alert> = new Map()
  readonly changes: AlertChange[] = []
  lookedUnixMs: number | undefined
  rules: readonly AlertRule[]

  constructor(rule: AlertRule) {
    this.rules = [rule]
  }

  look(nowUnixMs: number, seen: Seen): readonly AlertChange[] {
    const { rules, alerts, lookedUnixMs } = this
    const changes = planAlerts({ rules, observe: () => observation(seen), alerts, nowUnixMs, lookedUnixMs })
    const after = new Map(alerts)
    for (const change of changes) {
      if (change.kind === 'putAlert') after.set(change.alert.id, change.alert)
      else if (change.kind === 'deleteAlert') after.delete(change.id)
    }
    this.alerts = after
    this.lookedUnixMs = nowUnixMs
    this.changes.push(...changes)
    return changes
  }

  state(): string {
    return [...this.alerts.values()][0]?.state ?? 'inactive'
  }

  get ends(): readonly string[] {
    return this.changes.flatMap((change) => (change.kind === 'addResolvedAlert' ? [change.alert.because] : []))
  }
}

const rule = (changes: object = {}) =>
  ruleOf({ name: 'hot', metric: 'hostler_gpu_temperature_celsius', above: 80, clear: 75, for: '2m', keepFiring: '1m', ...changes })

test('an alert is pending, fires after its time, and is over only when it has been clear for as long as the rule says', (t) => {
  const watch = new Watch(rule())
  watch.look(0, 85)
  t.is(watch.state(), 'pending')
  watch.look(minute, 85)
  t.is(watch.state(), 'pending')
  watch.look(2 * minute, 85)
  t.is(watch.state(), 'firing')
  watch.look(2 * minute + 5_000, 78)
  watch.look(5 * minute, 78)
  t.is(watch.state(), 'firing', 'below the threshold, but not below clear')
  watch.look(5 * minute + 1_000, 75)
  watch.look(5 * minute + 31_000, undefined)
  t.is(watch.state(), 'firing')
  watch.look(6 * minute + 1_000, undefined)
  t.is(watch.state(), 'inactive')
  t.deepEqual(watch.ends, ['cleared'])
})

test('a pending alert that holds no more leaves no trace', (t) => {
  const watch = new Watch(rule())
  watch.look(0, 85)
  watch.look(1_000, 80)
  t.is(watch.state(), 'inactive')
  t.deepEqual(watch.ends, [])
})

test('the same again changes nothing', (t) => {
  const watch = new Watch(rule({ for: '0' }))
  watch.look(0, 85)
  t.deepEqual(watch.look(1_000, 86), [])
  watch.look(2_000, 70)
  t.deepEqual(watch.look(3_000, 70), [])
})

test('a firing alert of which nothing is known stays for an hour, and is then given up; a rule may resolve it at once', (t) => {
  const keeps = new Watch(rule({ for: '0' }))
  keeps.look(0, 85)
  for (let at = minute; at <= 60 * minute; at += minute) keeps.look(at, 'unknown')
  t.is(keeps.state(), 'firing')
  keeps.look(61 * minute, 'unknown')
  t.deepEqual(keeps.ends, ['no-data'])
  const resolves = new Watch(rule({ for: '0', noData: 'resolve' }))
  resolves.look(0, 85)
  resolves.look(5_000, 'unknown')
  t.deepEqual(resolves.ends, ['no-data'])
})

test('a series that is pending and cannot be known begins anew: nobody saw the rule hold', (t) => {
  const watch = new Watch(rule())
  watch.look(0, 85)
  watch.look(minute, 'unknown')
  t.is(watch.state(), 'inactive')
})

test('time in which nobody looked counts neither for the rule nor against it', (t) => {
  const watch = new Watch(rule())
  watch.look(0, 85)
  watch.look(10 * minute, 85)
  t.is(watch.state(), 'pending', 'ten minutes passed, and none of them was seen')
  watch.look(11 * minute, 85)
  watch.look(12 * minute, 85)
  t.is(watch.state(), 'firing')
  watch.look(12 * minute + 1_000, 70)
  watch.look(30 * minute, 70)
  t.is(watch.state(), 'firing')
})

test('a rule that is disabled or deleted ends what it fired', (t) => {
  const watch = new Watch(rule({ for: '0' }))
  watch.look(0, 85)
  watch.rules = [rule({ for: '0', enabled: false })]
  watch.look(1_000, 85)
  t.deepEqual(watch.ends, ['rule-gone'])
})

const seen = fc.oneof(fc.constantFrom<Seen>(85, 78, 70), fc.constantFrom<Seen>(undefined, 'unknown'))
const looks = fc.array(
  fc.record({
    afterMs: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 59_000 }) }, fc.integer({ min: 60_001, max: 3_600_000 })),
    seen,
  }),
  {
    maxLength: 60,
  },
)

test('safety: under any jitter an alert fires only after it was seen to hold for as long as the rule says, and never twice without an end between', (t) => {
  fc.assert(
    fc.property(looks, (steps) => {
      const watch = new Watch(rule())
      let now = 0
      let heldMs = 0
      let before: Seen
      for (const step of steps) {
        now += step.afterMs
        heldMs = before === 85 && step.seen === 85 ? heldMs + (step.afterMs > 60_000 ? 0 : step.afterMs) : 0
        const was = watch.state()
        const fired = watch
          .look(now, step.seen)
          .filter((change) => change.kind === 'putAlert' && change.alert.state === 'firing' && was !== 'firing')
        if (fired.length > 0 && heldMs < 2 * minute) return false
        if (was === 'firing' && fired.length > 0) return false
        before = step.seen
      }
      const fires = new Set(
        watch.changes.flatMap((change) =>
          change.kind === 'putAlert' && change.alert.state === 'firing' ? [change.alert.firedUnixMs] : [],
        ),
      )
      return fires.size === watch.ends.length + (watch.state() === 'firing' ? 1 : 0)
    }),
  )
  t.pass()
})

test('liveness: what holds for as long as the rule says fires, and what is clear for as long ends, whatever came before', (t) => {
  fc.assert(
    fc.property(looks, (steps) => {
      const watch = new Watch(rule())
      let now = 0
      for (const step of steps) {
        now += step.afterMs
        watch.look(now, step.seen)
      }
      for (let i = 1; i <= 15; i++) watch.look(now + i * 10_000, 85)
      if (watch.state() !== 'firing') return false
      for (let i = 16; i <= 24; i++) watch.look(now + i * 10_000, 70)
      return watch.state() === 'inactive'
    }),
  )
  t.pass()
})
