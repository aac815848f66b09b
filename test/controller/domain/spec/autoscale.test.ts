import test from 'ava'
import { stringify } from 'yaml'
import { documentOf, sameReplicas } from '../../../../controller/domain/spec/document.ts'
import { parseSpec } from '../../../../controller/domain/spec/parse.ts'
import { formatProblems } from '../../../../shared/config/problem.ts'
import { specOf } from '../support/fleet.ts'

const parsed = (autoscale: string, extra = '', engine = 'vllm') =>
  parseSpec(
    `name: ds7b\nmodel: { name: ds7b, path: /models/ds7b }\nengine: { preset: ${engine} }\nautoscale: ${autoscale}\n${extra}`,
    'f.yaml',
  )

const problems = (...args: Parameters<typeof parsed>): string => {
  const result = parsed(...args)
  return result.ok ? '' : formatProblems(result.problems)
}

test('two numbers are enough: the balanced preset fills in the rest', (t) => {
  const { autoscale, replicas } = specOf({ autoscale: { min: 2, max: 8 } })
  t.deepEqual(autoscale, {
    min: 2,
    max: 8,
    preset: 'balanced',
    signals: { waiting: 4, kvCache: 0.8 },
    scaleOut: { stabilizationMs: 30_000, maxStep: 4, everyMs: 30_000 },
    scaleIn: { stabilizationMs: 900_000, maxStep: 1, everyMs: 60_000 },
    idleMs: 600_000,
    schedules: [],
  })
  t.is(replicas, 2)
})

test('the preset gpu-utilization is the well-known rule: above 85 %, one more at a time', (t) => {
  const { autoscale } = specOf({ autoscale: { max: 8, preset: 'gpu-utilization' } })
  t.deepEqual(autoscale?.signals, { gpuUtilization: 0.85 })
  t.is(autoscale?.scaleOut.maxStep, 1)
})

test('signals that are given stand alone, or beside those of a preset that is named', (t) => {
  t.deepEqual(specOf({ autoscale: { max: 8, signals: { tokensPerSecond: 900 } } }).autoscale?.signals, { tokensPerSecond: 900 })
  t.deepEqual(specOf({ autoscale: { max: 8, preset: 'balanced', signals: { waiting: 9 } } }).autoscale?.signals, {
    waiting: 9,
    kvCache: 0.8,
  })
})

test('an engine that does not tell its KV cache is scaled by what waits', (t) => {
  const { autoscale } = specOf({ engine: { preset: 'llamacpp' }, autoscale: { max: 3 } })
  t.deepEqual(autoscale?.signals, { waiting: 4 })
})

test('one that may sleep begins with a replica, to show that it can run', (t) => {
  t.is(specOf({ autoscale: { min: 0, max: 3 } }).replicas, 1)
})

test('what a user would write parses to the same spec again', (t) => {
  for (const spec of [
    specOf({ autoscale: { min: 0, max: 3, idle: '1h' } }),
    specOf({
      replicas: 3,
      autoscale: {
        min: 2,
        max: 8,
        preset: 'gpu-utilization',
        signals: { ttft: { target: '2500ms', quantile: 0.99 }, waiting: 2.5, tokensPerSecond: 800 },
        schedules: [{ start: '0 8 * * 1-5', end: '0 12 * * 1-5', timeZone: 'Asia/Shanghai', min: 4 }],
      },
    }),
  ]) {
    const again = parseSpec(stringify(documentOf(spec)), 'f.yaml')
    t.deepEqual(again.ok && again.value, spec)
  }
})

test('autoscaling replaces no replica', (t) => {
  t.true(sameReplicas(specOf(), specOf({ autoscale: { max: 8 } })))
})

test('bounds the wrong way round are refused at the field', (t) => {
  t.regex(problems('{ min: 5, max: 2 }'), /^f\.yaml:4:19: autoscale\.min: min is 5, above max, which is 2; lower min or raise max/)
  t.regex(problems('{ min: 1 }'), /autoscale\.max: this field is required/)
  t.regex(problems('{ max: 0 }'), /autoscale\.max: .*1/)
})

test('replicas beside autoscale must lie within its bounds', (t) => {
  t.regex(problems('{ min: 1, max: 2 }', 'replicas: 5\n'), /replicas: replicas is 5, and autoscale allows 1 to 2; leave replicas out/)
  t.is(problems('{ min: 1, max: 2 }', 'replicas: 2\n'), '')
})

test('an unknown signal is refused with the one that was probably meant, a target out of range with the range', (t) => {
  t.regex(problems('{ max: 2, signals: { kvcache: 0.8 } }'), /autoscale\.signals\.kvcache: unknown field, did you mean kvCache\?/)
  t.regex(problems('{ max: 2, signals: { gpuUtilization: 85 } }'), /gpuUtilization: expected at most 1, got 85/)
  t.regex(problems('{ max: 2, signals: { waiting: 0 } }'), /autoscale\.signals\.waiting/)
  t.regex(problems('{ max: 2, signals: { ttft: { target: 1ms } } }'), /expected at least 10 ms/)
  t.regex(problems('{ max: 2, signals: { ttft: { target: 1s, quantile: 95 } } }'), /quantile/)
})

test('a cron expression that nobody can parse and a time zone that does not exist are refused where they stand', (t) => {
  const schedule = (changes: string) => `{ max: 9, schedules: [{ start: "0 8 * * *", end: "0 9 * * *", min: 4, ${changes} }] }`
  t.regex(
    problems('{ max: 9, schedules: [{ start: weekday mornings, end: "0 9 * * *", min: 4 }] }'),
    /autoscale\.schedules\.?\[?0\]?\.start: .*such as "0 8 \* \* 1-5"/,
  )
  t.regex(problems(schedule('timeZone: Asia/Peking')), /timeZone: there is no such time zone; .*got "Asia\/Peking"/)
  t.regex(
    problems('{ max: 3, schedules: [{ start: "0 8 * * *", end: "0 9 * * *", min: 4 }] }'),
    /the schedule wants 4 replicas, above max, which is 3/,
  )
  t.regex(problems('{ min: 4, max: 9, schedules: [{ start: "0 8 * * *", end: "0 9 * * *", min: 4 }] }'), /and min is 4 at any time/)
  t.regex(problems('{ max: 9, schedules: [{ start: "0 8 * * *", end: "0 8 * * *", min: 4 }] }'), /start and end are the same/)
})

test('scale to zero needs requests that may wait, and idle needs scale to zero', (t) => {
  t.regex(problems('{ min: 0, max: 2 }', 'queue: { hold: 0s }\n'), /queue\.hold: with autoscale\.min 0 requests have to wait/)
  t.regex(problems('{ min: 0, max: 2 }', 'queue: { max: 0 }\n'), /queue\.max: with autoscale\.min 0 requests have to wait/)
  t.regex(problems('{ min: 1, max: 2, idle: 5m }'), /autoscale\.idle: idle is for deployments that may go to 0 replicas, and min is 1/)
})

test('a signal that this engine or this replica cannot give is refused', (t) => {
  t.regex(problems('{ max: 2, signals: { kvCache: 0.8 } }', '', 'llamacpp'), /kvCache: llamacpp does not tell how full its KV cache is/)
  t.regex(problems('{ max: 2, preset: gpu-utilization }', '', 'llamacpp'), /autoscale\.preset: the replica takes no GPU/)
  t.regex(problems('{ max: 2, signals: { gpuUtilization: 0.8 } }', '', 'llamacpp'), /signals\.gpuUtilization: the replica takes no GPU/)
})
