import test from 'ava'
import type { AlertInputs, HostSeries } from '../../../../controller/domain/alert/inputs.ts'
import { observe } from '../../../../controller/domain/alert/observe.ts'
import { rulesOf } from '../../../../controller/domain/alert/rules.ts'
import type { HostPresence, HostView } from '../../../../controller/domain/model.ts'
import { windowOf } from '../../../../controller/domain/traffic.ts'
import { CounterPast } from '../../../../controller/usecases/counter-past.ts'
import { revision, specOf } from '../support/fleet.ts'
import { ruleOf } from './support/rules.ts'

const builtIn = rulesOf([]).rules
const named = (name: string) => builtIn.get(name) ?? ruleOf({ name })

const hostView = (name: string, presence: HostPresence = 'connected'): HostView => ({
  record: { id: `h-${name}`, name, machineId: '', createdUnixMs: 0, cordoned: false, revoked: false, labels: {}, generation: 0 },
  presence,
  address: '',
  replicas: new Map(),
  synced: true,
  gpus: new Map(),
})

/** Figures of a host by `name label label…`. */
const figures = (values: Readonly<Record<string, number>>, ageMs = 1_000): HostSeries => ({
  ageMs,
  clockAheadMs: 0,
  series: Object.keys(values).map((key) => {
    const [name = '', ...labels] = key.split(' ').map((word) => (word === '-' ? '' : word))
    return { name, labels }
  }),
  values: Object.values(values),
})

const inputs = (changes: Partial<AlertInputs> & { readonly hosts?: readonly HostView[] } = {}): AlertInputs => ({
  nowUnixMs: 1_000_000,
  fleet: {
    deployments: new Map(),
    revisions: new Map(),
    assignments: new Map(),
    hosts: new Map((changes.hosts ?? [hostView('a')]).map((host) => [host.record.id, host])),
    gateways: [],
    frozen: false,
  },
  reports: new Map(),
  figures: () => undefined,
  traffic: () => windowOf([], { waiting: 0, inFlight: 0, tokensPerSecond: undefined, spanMs: 0 }),
  faults: [],
  certificates: new Map(),
  maintenance: { backupAgeMs: undefined, failed: false },
  growth: () => ({ grown: 0, complete: true }),
  ...changes,
})

const gpu = (kv: number | undefined, foreign = 0): HostSeries =>
  figures({
    'hostler_gpu_memory_used_bytes 0 U': 92,
    'hostler_gpu_memory_total_bytes 0 U': 100,
    'hostler_gpu_replica_memory_used_bytes 0 U ds ds-1': 90 - foreign,
    'hostler_gpu_replica_memory_used_bytes 0 U - -': foreign,
    ...(kv === undefined ? {} : { 'hostler_engine_kv_cache_usage_ratio ds ds-1': kv }),
  })

test('GPU memory that an engine only reserved is well, what its KV cache needs is not, and what cannot be told accuses nobody', (t) => {
  const seen = (series: HostSeries) => observe(inputs({ figures: () => series }), named('gpu-memory')).samples
  t.deepEqual(seen(gpu(0.4)), [])
  t.deepEqual(seen(gpu(undefined)), [])
  t.deepEqual(seen(gpu(0.95)), [{ labels: { host: 'a', gpu: '0', uuid: 'U', deployment: 'ds', replica: 'ds-1' }, value: 0.92 }])
  t.deepEqual(seen(gpu(0.4, 60)), [{ labels: { host: 'a', gpu: '0', uuid: 'U', deployment: '', replica: '' }, value: 0.92 }])
})

test('figures that are older than a minute, or were never sent, say neither yes nor no', (t) => {
  const old = observe(
    inputs({ figures: () => figures({ 'hostler_engine_kv_cache_usage_ratio ds ds-1': 0.99 }, 61_000) }),
    named('kv-cache-full'),
  )
  t.deepEqual(old.samples, [])
  t.true(old.isUnknown({ host: 'a' }))
  t.false(old.isUnknown({ host: 'b' }), 'a host that is gone is known to be gone')
})

test('a share is of series with the same labels, only of those that are wanted, and of none that are well', (t) => {
  const { samples } = observe(
    inputs({
      figures: () =>
        figures({
          'hostler_filesystem_available_bytes model /m xfs': 5,
          'hostler_filesystem_size_bytes model /m xfs': 100,
          'hostler_filesystem_available_bytes data /d ext4': 1,
          'hostler_filesystem_size_bytes data /d ext4': 100,
        }),
    }),
    named('model-disk-full'),
  )
  t.deepEqual(samples, [{ labels: { host: 'a', use: 'model', path: '/m', type: 'xfs' }, value: 0.05 }])
})

test('a counter counts by its growth; a fall is a new begin; a window that was not lived through is unknown', (t) => {
  const past = new CounterPast()
  const rule = named('replica-crash-loop')
  let nowMs = 0
  const look = (restarts: number, afterMs: number) => {
    nowMs += afterMs
    return observe(
      inputs({
        figures: () => figures({ 'hostler_container_restarts_total ds ds-1': restarts }),
        growth: (key, value, windowMs) => past.see(key, value, windowMs, nowMs),
      }),
      rule,
    )
  }
  t.true(look(40, 0).isUnknown({ host: 'a' }), 'forty restarts of long ago are no news')
  look(41, 60_000)
  look(42, 60_000)
  t.deepEqual(look(1, 60_000).samples, [{ labels: { host: 'a', deployment: 'ds', replica: 'ds-1' }, value: 3 }])
  t.deepEqual(look(1, 15 * 60_000 + 1).samples, [], 'the window has moved on')
})

test('series are brought together by the labels of by, the worst counting', (t) => {
  const rule = ruleOf({ name: 'hot', metric: 'hostler_gpu_temperature_celsius', above: 80, by: ['host'] })
  const { samples } = observe(
    inputs({
      figures: () =>
        figures({
          'hostler_gpu_temperature_celsius 0 U': 85,
          'hostler_gpu_temperature_celsius 1 V': 91,
          'hostler_gpu_temperature_celsius 2 W': 60,
        }),
    }),
    rule,
  )
  t.deepEqual(samples, [{ labels: { host: 'a' }, value: 91 }])
})

test('hosts that are silent or lost are unavailable; while hosts are only awaited after a start, too few of them say nothing', (t) => {
  const seen = (...presences: readonly HostPresence[]) =>
    observe(inputs({ hosts: presences.map((presence, index) => hostView(`h${index}`, presence)) }), named('hosts-unavailable'))
  t.deepEqual(seen('lost', 'silent', 'connected').samples, [{ labels: {}, value: 2 }])
  t.deepEqual(seen('lost', 'silent', 'silent', 'unknown').samples, [{ labels: {}, value: 3 }])
  t.true(seen('lost', 'unknown').isUnknown({}))
})

test('a fault that a diagnosis by schedule found stands; one that broke something counts for the time of the rule', (t) => {
  const faults = [
    { host: 'a', subject: 'gpu', verdict: 'CRITICAL', brokeUnixMs: undefined },
    { host: 'b', subject: 'gpu', verdict: 'CRITICAL', brokeUnixMs: 1_000_000 - 3_500_000 },
    { host: 'c', subject: 'gpu', verdict: 'CRITICAL', brokeUnixMs: 1_000_000 - 3_700_000 },
    { host: 'd', subject: 'storage', verdict: 'CRITICAL', brokeUnixMs: undefined },
  ] as const
  const { samples } = observe(inputs({ faults }), named('gpu-fault'))
  t.deepEqual(
    samples.map(({ labels, value }) => `${labels.host} ${value}`),
    ['a 2', 'b 2'],
  )
})

test('a deployment without a ready replica is down once it has served, and not while it loads for the first time or wakes from zero', (t) => {
  const deployment = {
    name: 'ds',
    targetRevision: 1,
    lastGoodRevision: 0,
    replicas: 1,
    paused: false,
    deleting: false,
    nextReplica: 2,
    createdUnixMs: 0,
    rolloutStartedUnixMs: 0,
  }
  const spec = specOf({ name: 'ds' })
  const seen = (lastGoodRevision: number, ready: number, wokenUnixMs?: number) => {
    const now = inputs({ reports: new Map([['ds', { name: 'ds', state: 'progressing', message: '', ready, updated: 1 }]]) })
    const deployments = new Map([['ds', { ...deployment, lastGoodRevision, wokenUnixMs }]])
    const fleet = { ...now.fleet, deployments, revisions: new Map([['ds', [revision(1, spec)]]]) }
    return observe({ ...now, fleet }, named('deployment-down')).samples.map(({ value }) => value)
  }
  t.deepEqual(seen(0, 0), [0])
  t.deepEqual(seen(1, 0), [1])
  t.deepEqual(seen(1, 1), [0])
  // It slept: its first replica has its load time, and no longer.
  const { loadTimeoutMs, warmProbe } = spec
  t.deepEqual(seen(1, 0, 1_000_000), [0])
  t.deepEqual(seen(1, 0, 1_000_000 - loadTimeoutMs), [0])
  t.deepEqual(seen(1, 0, 1_000_000 - loadTimeoutMs - warmProbe.timeoutMs), [1])
})
