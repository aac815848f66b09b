import test from 'ava'
import { MetricsHistory } from '../../../../agent/observe/metrics/history.ts'
import { series as seriesSchema } from '../../../../shared/diagnosis/host-diagnosis.ts'
import { type Series, SeriesTable } from '../../../../shared/metrics/series-table.ts'

const start = Date.UTC(2026, 0, 1)
const load = (value: number): Series => ({ name: 'hostler_host_load1', labels: [], value })

test('the past is close for a quarter of an hour and by the minute for a day', (t) => {
  const history = new MetricsHistory()
  const series = load(0)
  const samples = (25 * 3600) / 5
  for (let index = 0; index < samples; index++) {
    series.value = index
    history.record(start + index * 5_000, [series])
  }
  const [past] = history.series('hostler_host_load1')
  t.true(seriesSchema.safeParse(past).success)
  const times = past?.atUnixMs ?? []
  t.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  )
  t.is(times.length, new Set(times).size)
  const last = start + (samples - 1) * 5_000
  t.is(times.at(-1), last)
  t.is(times.filter((time) => time > last - 900_000).length, 180)
  t.is(times[0], last - 24 * 3_600_000 + 60_000 - (last % 60_000))
  for (const [index, time] of times.entries()) t.is(past?.values[index], (time - start) / 5_000)
})

test('gaps are null, and a series that is gone keeps its past', (t) => {
  const history = new MetricsHistory()
  history.record(start, [load(1)])
  history.record(start + 5_000, [])
  history.record(start + 10_000, [load(3)])
  t.deepEqual(history.series('hostler_host_load1')[0]?.values, [1, null, 3])
})

test('only the chosen metrics are kept, and labels choose among their series', (t) => {
  const history = new MetricsHistory()
  const table = new SeriesTable()
  table.fill((set) => {
    set('hostler_gpu_utilization_ratio', ['0', 'GPU-a'], 0.5)
    set('hostler_gpu_utilization_ratio', ['1', 'GPU-b'], 0.25)
    set('hostler_gpu_pcie_link_width', ['0', 'GPU-a'], 16)
  })
  history.record(start, table.series())
  t.is(history.size, 2)
  t.is(history.series('hostler_gpu_pcie_link_width').length, 0)
  t.deepEqual(
    history.series('hostler_gpu_utilization_ratio', { uuid: 'GPU-b' }).map(({ labels, values }) => [labels, values]),
    [[{ gpu: '1', uuid: 'GPU-b' }, [0.25]]],
  )
  t.is(history.series('hostler_gpu_utilization_ratio').length, 2)
  t.deepEqual(history.series('no_such_metric'), [])
})

test('a counter past seven digits still shows its small steps', (t) => {
  const history = new MetricsHistory()
  const series: Series = { name: 'hostler_tcp_retransmitted_segments_total', labels: [], value: 1_234_567_890_123 }
  history.record(start, [series])
  series.value += 3
  history.record(start + 5_000, [series])
  const values = history.series('hostler_tcp_retransmitted_segments_total')[0]?.values ?? []
  t.is((values[1] ?? 0) - (values[0] ?? 0), 3)
})

test('memory is bounded: with no room, what has been gone longest gives way, and what lives stays', (t) => {
  const history = new MetricsHistory()
  const gpu = (index: number): Series => ({ name: 'hostler_gpu_power_watts', labels: [String(index), `GPU-${index}`], value: index })
  const first = Array.from({ length: 512 }, (_, index) => gpu(index))
  history.record(start, first)
  t.is(history.size, 512)
  history.record(start + 5_000, [...first.slice(1), gpu(9_000)])
  t.is(history.size, 512)
  t.is(
    history.series('hostler_gpu_power_watts', { gpu: '9000' }).length,
    0,
    'the first was there a moment ago, and lives on in no later round',
  )
  history.record(start + 10_000, [...first.slice(1), gpu(9_001)])
  t.is(history.size, 512)
  t.is(history.series('hostler_gpu_power_watts', { gpu: '9001' }).length, 1)
  t.is(history.series('hostler_gpu_power_watts', { gpu: '0' }).length, 0)
  // Two that come at once where one is gone: one of them stays, and neither takes the place of the other.
  const living = [...first.slice(2), gpu(9_001)]
  for (let round = 3; round < 7; round++) history.record(start + round * 5_000, [...living, gpu(9_002), gpu(9_003)])
  t.deepEqual(
    ['9001', '9002', '9003'].map((index) => history.series('hostler_gpu_power_watts', { gpu: index }).length),
    [1, 1, 0],
  )
  t.is(history.series('hostler_gpu_power_watts', { gpu: '9002' })[0]?.values.at(-1), 9_002)
})
