import test from 'ava'
import { Drive, of, scaleSpec } from './drive.ts'

const minutes = (count: number): number => count * 60

test('the rule of the seed: mean utilisation above 85 % adds one, and not before it has lasted', (t) => {
  const autoscale = scaleSpec({ preset: 'gpu-utilization', max: 5 })
  const drive = new Drive(2).run(25, () => ({ autoscale, readings: { gpuUtilization: of(0.97) } }))
  t.is(drive.replicas, 2)
  t.is(drive.last.report.limit, 'wishes 3, which must last 30 s')
  drive.run(10, () => ({ autoscale, readings: { gpuUtilization: of(0.97) } }))
  t.is(drive.replicas, 3)
  t.is(drive.steps[0]?.plan.because, 'gpuUtilization 97 %, target 85 %, over 30 s')
})

test('at its target it stays, whichever number that is', (t) => {
  const autoscale = scaleSpec({ preset: 'gpu-utilization' })
  const drive = new Drive(4).run(minutes(30), () => ({ autoscale, readings: { gpuUtilization: of(0.85) } }))
  t.deepEqual(drive.steps, [])
})

test('of several signals the largest wish wins, and the reason names who asked', (t) => {
  const autoscale = scaleSpec({ signals: { waiting: 5, kvCache: 0.8, ttft: { target: '2s' } } })
  const drive = new Drive(2).run(40, () => ({
    autoscale,
    readings: { waiting: of(14), kvCache: of(0.5), ttft: of(2_400) },
    working: 20,
  }))
  // 28 wait beside 20 at work, and 10 may: 48 instead of 30.
  t.is(drive.replicas, 4)
  t.is(drive.steps[0]?.plan.because, 'waiting 14 per replica, target 5; ttft 2.4 s, target 2 s at P95, over 30 s')
})

test('a step is no larger than allowed, and says what was wished', (t) => {
  const autoscale = scaleSpec({ signals: { kvCache: 0.5 }, max: 20, scaleOut: { maxStep: 2, stabilization: '10s', every: '1m' } })
  const drive = new Drive(6).run(20, () => ({ autoscale, readings: { kvCache: of(1) } }))
  t.is(drive.replicas, 8)
  t.regex(drive.steps[0]?.plan.because ?? '', /; wishes 12, at most 2 at once$/)
})

test('nothing is added on top of what is still loading, unless the wish grew', (t) => {
  const autoscale = scaleSpec({ signals: { kvCache: 0.5 } })
  const loading = (value: number) => () => ({ autoscale, ready: 2, readings: { kvCache: of(value) } })
  const drive = new Drive(2).run(40, loading(0.7))
  t.is(drive.replicas, 3)
  drive.run(minutes(20), loading(0.7))
  t.is(drive.replicas, 3)
  drive.run(40, loading(0.95))
  t.is(drive.replicas, 4)
  drive.run(minutes(20), loading(0.95))
  t.is(drive.replicas, 4)
})

test('fewer replicas come after the whole window, one at a time, and never below what was needed in it', (t) => {
  const autoscale = scaleSpec({ signals: { kvCache: 0.8 }, scaleIn: { stabilization: '5m' } })
  const drive = new Drive(6).run(minutes(4), () => ({ autoscale, readings: { kvCache: of(0.4) } }))
  t.is(drive.replicas, 6)
  // A short peak begins the window anew.
  drive.run(5, () => ({ autoscale, readings: { kvCache: of(0.75) } }))
  drive.run(minutes(4), () => ({ autoscale, readings: { kvCache: of(0.4) } }))
  t.is(drive.replicas, 6)
  drive.run(minutes(10), (replicas) => ({ autoscale, readings: { kvCache: of(2.1 / replicas) } }))
  t.is(drive.replicas, 3)
  t.true(drive.steps.every(({ from, plan }) => plan.replicas === from - 1))
  t.regex(drive.steps[0]?.plan.because ?? '', /^4 were enough for 5 min: kvCache \d+ %, target 80 %$/)
})

test('a signal without figures keeps what is there and does not keep others from asking for more', (t) => {
  const autoscale = scaleSpec({ signals: { kvCache: 0.8, waiting: 4 } })
  const drive = new Drive(4).run(minutes(60), () => ({ autoscale, readings: { waiting: of(0) } }))
  t.is(drive.replicas, 4)
  t.is(drive.last.report.signals.find(({ signal }) => signal === 'kvCache')?.missing, 'no figures, so nothing is taken away')
  drive.run(40, () => ({ autoscale, readings: { waiting: of(9) } }))
  t.true(drive.replicas > 4)
})

test('a replica of which nothing is known counts as idle for more and as full for fewer', (t) => {
  const autoscale = scaleSpec({ signals: { kvCache: 0.8 } })
  const drive = new Drive(4).run(minutes(30), () => ({ autoscale, readings: { kvCache: of(0.9, 2) } }))
  t.is(drive.replicas, 4)
  drive.run(minutes(30), (replicas) => ({ autoscale, readings: { kvCache: of(0.25, replicas === 4 ? 2 : 1) } }))
  t.is(drive.replicas, 3)
})

test('a load that was too much for fewer replicas is not given to fewer again', (t) => {
  // 60 requests at work; 30 a replica are borne, 31 are not.
  const autoscale = scaleSpec({ signals: { waiting: 4 } })
  const look = (replicas: number) => ({
    autoscale,
    working: Math.min(60, replicas * 25),
    readings: { waiting: of(Math.max(0, 60 - replicas * 25)) },
  })
  const drive = new Drive(3).run(minutes(600), look)
  t.deepEqual(
    drive.steps.map(({ from, plan }) => [from, plan.replicas]),
    [
      [3, 2],
      [2, 3],
    ],
  )
  t.regex(drive.last.report.limit, /60 requests at work on 2 come near to what was too much: 25\.0 each/)
})

test('without GPUs for it the wish waits, says why, and warns once', (t) => {
  const autoscale = scaleSpec({ signals: { kvCache: 0.5 } })
  const look = () => ({ autoscale, ready: 2, unplaced: 1, unplacedHint: 'free a GPU on gpu-1', readings: { kvCache: of(0.95) } })
  const drive = new Drive(3).run(minutes(10), look)
  t.is(drive.replicas, 3)
  t.is(drive.last.report.limit, 'wishes 4, and 1 replica has no place: free a GPU on gpu-1')
  t.deepEqual(
    drive.turns.filter(({ plan }) => plan.warning !== '').map(({ plan }) => plan.warning),
    ['wishes 4, and 1 replica has no place: free a GPU on gpu-1'],
  )
})

test('at max the wish is told once', (t) => {
  const autoscale = scaleSpec({ signals: { kvCache: 0.5 }, max: 2 })
  const drive = new Drive(2).run(minutes(10), () => ({ autoscale, readings: { kvCache: of(0.95) } }))
  t.deepEqual(
    drive.turns.flatMap(({ plan }) => (plan.warning === '' ? [] : [plan.warning])),
    ['wishes 4, and max is 2'],
  )
})

test('a rollout that replaces replicas is left alone; while a canary serves more may come and none goes', (t) => {
  const autoscale = scaleSpec({ signals: { kvCache: 0.5 }, min: 1 })
  const replacing = { what: 'revision 2 is replacing revision 1', mayGrow: false }
  const canary = { what: 'revision 2 is a canary', mayGrow: true }
  const drive = new Drive(2).run(minutes(5), () => ({ autoscale, rollout: replacing, readings: { kvCache: of(0.95) } }))
  t.is(drive.replicas, 2)
  t.is(drive.last.report.limit, replacing.what)
  drive.run(40, () => ({ autoscale, rollout: canary, readings: { kvCache: of(1.2 / 2) }, ready: 2 }))
  t.is(drive.replicas, 3)
  drive.run(minutes(30), () => ({ autoscale, rollout: canary, readings: { kvCache: of(0.01) } }))
  t.is(drive.replicas, 3)
  t.is(drive.last.report.limit, '1 would be enough, and revision 2 is a canary')
})

test('while the mass-failure brake is on nothing is taken away', (t) => {
  const autoscale = scaleSpec({ signals: { kvCache: 0.5 }, min: 0, idle: '1m' })
  const drive = new Drive(3).run(minutes(30), () => ({
    autoscale,
    frozen: true,
    traffic: { held: 0, any: false },
    readings: { kvCache: of(0) },
  }))
  t.is(drive.replicas, 3)
  drive.run(1, () => ({ autoscale, traffic: { held: 0, any: false }, readings: { kvCache: of(0) } }))
  t.is(drive.replicas, 0)
})

test('without a request for a while it sleeps, and the first held request wakes it at once', (t) => {
  const autoscale = scaleSpec({ min: 0, idle: '5m', signals: { waiting: 4 } })
  const quiet = () => ({ autoscale, readings: { waiting: of(0) }, traffic: { held: 0, any: false } })
  const drive = new Drive(1).run(minutes(4), quiet)
  t.is(drive.replicas, 1)
  drive.run(1, () => ({ ...quiet(), traffic: { held: 0, any: true } })).run(minutes(4), quiet)
  t.is(drive.replicas, 1)
  drive.run(minutes(2), quiet)
  t.is(drive.replicas, 0)
  t.is(drive.steps.at(-1)?.plan.because, 'no request for 5 min')
  t.is(drive.last.report.limit, 'sleeps until a request comes')
  drive.run(1, () => ({ ...quiet(), ready: 0, traffic: { held: 3, any: true } }))
  t.is(drive.replicas, 1)
  t.is(drive.last.because, '3 requests wait at gateways for a first replica')
  // While it loads and serves, and for the whole idle time afterwards, it stays.
  drive.run(minutes(4), () => ({ ...quiet(), ready: 0, traffic: { held: 3, any: true } })).run(minutes(4), quiet)
  t.is(drive.replicas, 1)
  drive.run(minutes(2), quiet)
  t.is(drive.replicas, 0)
})

test('a rollout that has no room keeps nothing awake that nobody asks for, and one that gets on is let finish', (t) => {
  const autoscale = scaleSpec({ min: 0, idle: '5m', signals: { waiting: 4 } })
  const rollout = { what: 'revision 2 is replacing revision 1', mayGrow: false }
  const quiet = { autoscale, rollout, readings: { waiting: of(0) }, traffic: { held: 0, any: false } }
  const drive = new Drive(1).run(minutes(20), () => quiet)
  t.is(drive.replicas, 1)
  t.is(drive.last.report.limit, rollout.what)
  drive.run(1, () => ({ ...quiet, unplaced: 1, ready: 0 }))
  t.is(drive.replicas, 0)
  t.is(drive.last.because, 'no request for 5 min')
})

test('no word from the gateways is no proof of silence: it does not go to sleep', (t) => {
  const autoscale = scaleSpec({ min: 0, idle: '1m', signals: { kvCache: 0.5 } })
  const drive = new Drive(1).run(minutes(60), () => ({ autoscale, traffic: undefined, readings: { kvCache: of(0) } }))
  t.is(drive.replicas, 1)
})

test('after a restart of the controller nothing is taken away before a whole window has been seen', (t) => {
  const autoscale = scaleSpec({ signals: { kvCache: 0.8 }, scaleIn: { stabilization: '10m' } })
  const look = () => ({ autoscale, readings: { kvCache: of(0.01) } })
  const drive = new Drive(4).run(minutes(9), look)
  drive.state = undefined
  drive.run(minutes(10), look)
  t.is(drive.replicas, 4)
  drive.run(2, look)
  t.is(drive.replicas, 3)
})

test('a number that was set by hand is kept for a whole window', (t) => {
  const autoscale = scaleSpec({ signals: { kvCache: 0.8 }, scaleIn: { stabilization: '10m' } })
  const look = () => ({ autoscale, readings: { kvCache: of(0.01) } })
  const drive = new Drive(2).run(minutes(9), look)
  drive.replicas = 6
  drive.run(minutes(10), look)
  t.is(drive.replicas, 6)
  drive.run(2, look)
  t.is(drive.replicas, 5)
})

test('a changed bound is followed at once', (t) => {
  const signals = { kvCache: 0.8 }
  const drive = new Drive(2).run(1, () => ({ autoscale: scaleSpec({ signals, min: 5 }), readings: { kvCache: of(0.1) } }))
  t.is(drive.replicas, 5)
  t.is(drive.last.because, 'min is 5')
  drive.run(1, () => ({ autoscale: scaleSpec({ signals, max: 3 }), readings: { kvCache: of(0.1) } }))
  t.is(drive.replicas, 3)
})

test('a schedule raises the minimum while it holds, also of a deployment that sleeps', (t) => {
  // The drive begins on Wednesday, 3 June 2026, 12:00 UTC, which is 20:00 in Shanghai.
  const schedules = [{ start: '5 20 * * 1-5', end: '15 20 * * 1-5', timeZone: 'Asia/Shanghai', min: 3 }]
  const autoscale = scaleSpec({ min: 0, idle: '1m', signals: { kvCache: 0.8 }, schedules, scaleIn: { stabilization: '1m' } })
  const quiet = (replicas: number) => ({ autoscale, ready: replicas, readings: { kvCache: of(0) }, traffic: { held: 0, any: false } })
  const drive = new Drive(0).run(minutes(5) - 1, quiet)
  t.is(drive.replicas, 0)
  drive.run(1, quiet)
  t.is(drive.replicas, 3)
  t.is(drive.last.because, 'at least 3 from "5 20 * * 1-5" to "15 20 * * 1-5" Asia/Shanghai')
  drive.run(minutes(10) - 1, quiet)
  t.is(drive.replicas, 3)
  drive.run(1, quiet)
  t.is(drive.replicas, 0)
})
