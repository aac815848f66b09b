import test from 'ava'
import { MetricFrames } from '../../../agent/link/metric-frames.ts'
import { FleetMetrics } from '../../../controller/usecases/metrics.ts'
import { SeriesTable, type SetSeries } from '../../../shared/metrics/series-table.ts'

const clockAt = (nowMs: () => number) => ({ monotonicMs: nowMs, unixMs: () => 1_000_000 + nowMs() })

/** An agent's side and the controller's, with frames passed by hand. */
const world = () => {
  let nowMs = 0
  const fleet = new FleetMetrics(clockAt(() => nowMs))
  const table = new SeriesTable()
  let frames = new MetricFrames()
  return {
    fleet,
    pass: (ms: number) => {
      nowMs += ms
    },
    newSession: () => {
      frames = new MetricFrames()
    },
    round: (write: (set: SetSeries) => void) => {
      nowMs += 5_000
      table.fill(write)
      const frame = frames.next({ atUnixMs: 1_000_000 + nowMs, version: table.version, series: table.series() })
      return frame as Required<NonNullable<typeof frame>> & { series: { name: string; labels: string[] }[]; values: number[] }
    },
  }
}

const gpus =
  (...watts: readonly number[]) =>
  (set: SetSeries) => {
    for (const [index, value] of watts.entries()) {
      set('hostler_gpu_power_watts', [String(index), `GPU-${index}`], value)
      set('hostler_gpu_utilization_ratio', [String(index), `GPU-${index}`], value / 1000)
      set('hostler_engine_time_to_first_token_seconds_bucket', ['chat', 'chat-1', '0.5'], 7)
    }
  }

const taken = (frame: ReturnType<ReturnType<typeof world>['round']>) => ({
  atUnixMs: Number(frame.atUnixMs),
  dictionary: Number(frame.dictionary),
  series: frame.series,
  values: frame.values,
})

test('names travel once, then numbers alone, and again when a series comes or goes', (t) => {
  const { round, fleet } = world()
  const first = round(gpus(100, 200))
  t.is(first.series.length, 4)
  t.false(
    first.series.some(({ name }) => name?.endsWith('_bucket')),
    'buckets stay on the host',
  )
  fleet.take('h', taken(first))
  const second = round(gpus(150, 250))
  t.deepEqual(second.series, [])
  t.deepEqual(second.values, [150, 0.15, 250, 0.25])
  fleet.take('h', taken(second))
  t.is(fleet.summary('h', 'gpuPower'), 400)
  t.is(fleet.summary('h', 'gpuUtilization'), 0.2)
  const third = round(gpus(175))
  t.is(third.dictionary, 2)
  t.is(third.series.length, 2)
  fleet.take('h', taken(third))
  t.is(fleet.summary('h', 'gpuPower'), 175)
  t.is(fleet.summary('h', 'requestsRunning'), undefined)
})

test('a round is sent once', (t) => {
  const frames = new MetricFrames()
  const round = { atUnixMs: 5, version: 1, series: [] }
  t.not(frames.next(round), undefined)
  t.is(frames.next(round), undefined)
  t.is(frames.next(undefined), undefined)
})

test('numbers without their dictionary are passed over, and a new session brings a new one', (t) => {
  const { round, fleet, newSession } = world()
  round(gpus(1))
  const orphan = round(gpus(2))
  fleet.take('h', taken(orphan))
  t.is(fleet.of('h'), undefined)
  newSession()
  fleet.take('h', taken(round(gpus(3))))
  t.is(fleet.summary('h', 'gpuPower'), 3)
  fleet.take('h', { ...taken(round(gpus(4))), values: [1] })
  t.is(fleet.summary('h', 'gpuPower'), 3, 'numbers that do not fit the names')
  fleet.forget('h')
  t.is(fleet.of('h'), undefined)
})

test('figures of a host that fell silent stay, with their age', (t) => {
  const { round, fleet, pass } = world()
  fleet.take('h', taken(round(gpus(9))))
  pass(60_000)
  t.is(fleet.of('h')?.ageMs, 60_000)
  t.is(fleet.summary('h', 'gpuPower'), 9)
})
