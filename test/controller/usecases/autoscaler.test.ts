import test from 'ava'
import { applyChanges } from '../../../controller/domain/fleet/apply.ts'
import type { Change, DeploymentReport, FleetState } from '../../../controller/domain/model.ts'
import type { DeploymentDocument } from '../../../controller/domain/spec/schema.ts'
import { Autoscaler } from '../../../controller/usecases/autoscaler.ts'
import { FleetMetrics } from '../../../controller/usecases/metrics.ts'
import { TrafficFigures } from '../../../controller/usecases/traffic.ts'
import { durationBoundsMs, firstByteBoundsMs } from '../../../shared/fleet/traffic.ts'
import { assignment, deployment, fleet, gateway, host, revision, specOf, status } from '../domain/support/fleet.ts'

type Figures = readonly (readonly [name: string, labels: readonly string[], value: number])[]

/** The autoscaler on real figures: frames of hosts and reports of a gateway go in, changes come out. */
const world = (document: Partial<DeploymentDocument>, replicas: number, changes: Partial<FleetState> = {}) => {
  let nowMs = 1_000_000
  let dictionary = 0
  let waiting = 0
  const clock = { monotonicMs: () => nowMs, unixMs: () => nowMs }
  const metrics = new FleetMetrics(clock)
  const traffic = new TrafficFigures({ clock, isKnown: () => true, waiting: () => waiting, tokensPerSecond: () => undefined })
  const gate = traffic.connect('gw')
  gate.take({ firstByteBoundsMs, durationBoundsMs, entries: [] })
  const autoscaler = new Autoscaler({ metrics, traffic }, clock)
  const ids = Array.from({ length: replicas }, (_, index) => `ds7b-${index + 1}`)
  let state: FleetState = {
    ...fleet({
      deployments: [deployment('ds7b', { replicas })],
      revisions: [revision(1, specOf(document))],
      assignments: ids.map((id, index) => assignment(id, { gpuUuids: [`GPU-a-${index}`] })),
      hosts: [host('a', 8, { replicas: ids.map((id) => status(id, 'ready')) })],
      gateways: [gateway()],
    }),
    ...changes,
  }
  const events: string[] = []
  const world = {
    autoscaler,
    events,
    get replicas() {
      return state.deployments.get('ds7b')?.replicas
    },
    get wokenUnixMs() {
      return state.deployments.get('ds7b')?.wokenUnixMs
    },
    hold: (count: number) => {
      waiting = count
    },
    tell: (figures: Figures) => {
      dictionary += 1
      const series = figures.map(([name, labels]) => ({ name, labels }))
      metrics.take('host-a', { atUnixMs: nowMs, dictionary, series, values: figures.map(([, , value]) => value) })
    },
    /** One look. */
    look: (reports: ReadonlyMap<string, DeploymentReport> = new Map()): readonly Change[] => {
      const made = autoscaler.plan(state, reports)
      state = applyChanges(state, made)
      for (const change of made) if (change.kind === 'addEvent') events.push(`${change.event.reason}: ${change.event.message}`)
      return made
    },
    pass: (seconds: number, each: () => void = () => {}) => {
      for (let second = 0; second < seconds; second++) {
        nowMs += 1000
        each()
        world.look()
      }
    },
  }
  return world
}

const engines = (count: number, kvCache: number, queued: number, running: number): Figures =>
  Array.from({ length: count }, (_, index): Figures => {
    const labels = ['ds7b', `ds7b-${index + 1}`]
    return [
      ['hostler_engine_up', [...labels, 'vllm'], 1],
      ['hostler_engine_sample_age_seconds', labels, 1],
      ['hostler_engine_kv_cache_usage_ratio', labels, kvCache],
      ['hostler_engine_requests_waiting', labels, queued],
      ['hostler_engine_requests_running', labels, running],
    ]
  }).flat()

test('what engines queue and gateways hold makes more replicas, as one stored change with an event that carries the numbers', (t) => {
  const one = world({ autoscale: { min: 1, max: 8, signals: { waiting: 5 } } }, 2)
  one.hold(8)
  one.pass(35, () => one.tell(engines(2, 0.5, 10, 20)))
  t.is(one.replicas, 3)
  t.deepEqual(one.events, ['ScaledOut: scaled 2 -> 3: waiting 14 per replica, target 5, over 30 s'])
})

test('the mean utilisation of the GPUs that its replicas hold counts, and no other GPU', (t) => {
  const one = world({ autoscale: { max: 8, preset: 'gpu-utilization' } }, 2)
  const gpus: Figures = [0.96, 0.9, 0, 0].map((value, index) => ['hostler_gpu_utilization_ratio', [String(index), `GPU-a-${index}`], value])
  one.pass(35, () => one.tell(gpus))
  t.is(one.replicas, 3)
  t.deepEqual(one.events, ['ScaledOut: scaled 2 -> 3: gpuUtilization 93 %, target 85 %, over 30 s'])
})

test('figures that are no longer renewed count as absent, and nothing is taken away', (t) => {
  const one = world({ autoscale: { max: 8, signals: { kvCache: 0.8 } } }, 4)
  one.tell(engines(4, 0.01, 0, 0))
  one.pass(3600)
  t.is(one.replicas, 4)
  t.is(one.autoscaler.reportOf('ds7b')?.signals[0]?.missing, 'no figures, so nothing is taken away')
  one.pass(1000, () => one.tell(engines(4, 0.01, 0, 0)))
  t.true((one.replicas ?? 4) < 4)
})

test('an engine whose own figures are old counts as absent too', (t) => {
  const one = world({ autoscale: { max: 8, signals: { kvCache: 0.8 } } }, 2)
  one.pass(1200, () =>
    one.tell(engines(2, 0.01, 0, 0).map(([name, labels, value]) => [name, labels, name.endsWith('age_seconds') ? 90 : value])),
  )
  t.is(one.replicas, 2)
})

test('a deployment that sleeps wakes at the very next look when a request is held, and goes back after the idle time', (t) => {
  const one = world({ autoscale: { min: 0, max: 2, idle: '2m', signals: { waiting: 4 } } }, 1)
  one.pass(140, () => one.tell(engines(1, 0, 0, 0)))
  t.is(one.replicas, 0)
  one.hold(1)
  one.look()
  t.is(one.replicas, 1)
  t.deepEqual(one.events, [
    'PutToSleep: scaled 1 -> 0: no request for 2 min',
    'WokenUp: scaled 0 -> 1: 1 request waits at gateways for a first replica',
  ])
  t.true((one.wokenUnixMs ?? 0) > 0, 'and is known to be waking')
})

test('without a gateway that tells, nothing goes to sleep', (t) => {
  const one = world({ autoscale: { min: 0, max: 2, idle: '2m', signals: { waiting: 4 } } }, 1, { gateways: [] })
  one.pass(600, () => one.tell(engines(1, 0, 0, 0)))
  t.is(one.replicas, 1)
})

test('while a newer revision replaces an older one the number is left alone', (t) => {
  const spec = specOf({ autoscale: { max: 8, signals: { kvCache: 0.5 } } })
  const one = world({}, 2, {
    deployments: new Map([['ds7b', deployment('ds7b', { replicas: 2, targetRevision: 2 })]]),
    revisions: new Map([['ds7b', [revision(1, spec), revision(2, spec)]]]),
  })
  one.pass(60, () => one.tell(engines(2, 0.95, 0, 9)))
  t.is(one.replicas, 2)
  t.is(one.autoscaler.reportOf('ds7b')?.limit, 'revision 2 is replacing revision 1')
})

test('beside a canary that serves more replicas may come, and none goes', (t) => {
  const spec = specOf({ autoscale: { max: 8, signals: { kvCache: 0.5 } } })
  const canary = { stableRevision: 1, startedUnixMs: 0, servingSinceUnixMs: 1 }
  const one = world({}, 3, {
    deployments: new Map([['ds7b', deployment('ds7b', { replicas: 3, targetRevision: 2, canary })]]),
    revisions: new Map([['ds7b', [revision(1, spec), revision(2, spec)]]]),
  })
  one.pass(1200, () => one.tell(engines(3, 0.01, 0, 0)))
  t.is(one.replicas, 3)
  t.is(one.autoscaler.reportOf('ds7b')?.limit, '1 would be enough, and revision 2 is a canary beside revision 1')
  one.pass(35, () => one.tell(engines(3, 0.6, 0, 9)))
  t.is(one.replicas, 4)
})

test('a deployment without autoscale, or one that is being deleted, is not looked at', (t) => {
  const one = world({}, 2)
  one.pass(2)
  t.is(one.autoscaler.reportOf('ds7b'), undefined)
})
