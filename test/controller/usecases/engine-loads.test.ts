import test from 'ava'
import { newEngineLoads } from '../../../controller/usecases/engine-loads.ts'
import { FleetMetrics } from '../../../controller/usecases/metrics.ts'
import { assignment } from '../domain/support/fleet.ts'

test('Figures of serving engines are given once each with their age, and not once they are old.', (t) => {
  let nowMs = 1_000
  const metrics = new FleetMetrics({ monotonicMs: () => nowMs, unixMs: () => nowMs })
  const series = ['running', 'waiting'].map((name) => ({ name: `hostler_engine_requests_${name}`, labels: ['ds7b', 'ds7b-1'] }))
  series.push({ name: 'hostler_engine_sample_age_seconds', labels: ['ds7b', 'ds7b-1'] })
  const serving = { ...assignment('ds7b-1', { stage: 'serving' }), hostId: 'h' }
  const assignments = new Map([
    ['ds7b-1', serving],
    ['ds7b-2', { ...serving, id: 'ds7b-2' }],
  ])
  const told = new Map<string, number>()
  const next = () => newEngineLoads({ assignments }, metrics, told)
  t.deepEqual(next(), [])
  metrics.take('h', { dictionary: 1, series, values: [4, 2, 3], atUnixMs: 900 })
  nowMs += 500
  t.deepEqual(next(), [{ replicaId: 'ds7b-1', running: 4, waiting: 2, kvCacheRatio: undefined, ageMs: 3_500 }])
  t.deepEqual(next(), [])
  metrics.take('h', { dictionary: 1, series: [], values: [5, 0, 0], atUnixMs: 1_900 })
  t.like(next()[0], { running: 5, waiting: 0, ageMs: 0 })
  metrics.take('h', { dictionary: 1, series: [], values: [6, 0, 0], atUnixMs: 2_900 })
  nowMs += 13_000
  t.deepEqual(next(), [])
  assignments.clear()
  next()
  t.is(told.size, 0, 'what is gone is forgotten')
})
