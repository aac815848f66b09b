import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { readEngine, vocabularies } from '../../../../../agent/observe/metrics/engines/read-engine.ts'
import { quantileBetween, Recent } from '../../../../../agent/observe/metrics/engines/recent.ts'

const samples = join(import.meta.dirname, '../../../../fixtures/engine-metrics')
const read = async (name: string) => readEngine(await readFile(join(samples, name), 'utf8'))

test('two data-parallel engines of one vLLM add up, and the fuller KV cache counts', async (t) => {
  const { engine, scalars, distributions } = await read('vllm-0.18.txt')
  t.is(engine, 'vllm')
  t.deepEqual(scalars, {
    running: 8,
    waiting: 1,
    kvCacheUsage: 0.5,
    promptTokens: 2000,
    generatedTokens: 4000,
    finished: 20,
    preemptions: 1,
  })
  t.is(distributions.timeToFirstToken?.count, 20)
  t.is(distributions.timeToFirstToken?.sum, 5)
  t.is(distributions.timeToFirstToken?.buckets.get('0.25'), 12)
  t.is(distributions.interTokenLatency?.count, 200)
  t.is(distributions.duration?.count, 20)
})

test("an older vLLM's names mean the same", async (t) => {
  const { scalars, distributions } = await read('vllm-0.8.txt')
  t.like(scalars, { running: 8, waiting: 2, kvCacheUsage: 0.41, generatedTokens: 900, finished: 4 })
  t.is(distributions.interTokenLatency?.count, 900)
  t.is(distributions.duration, undefined)
})

test('the ranks of a tensor-parallel SGLang are not counted twice', async (t) => {
  const { engine, scalars, distributions } = await read('sglang-0.5.txt')
  t.is(engine, 'sglang')
  t.like(scalars, { running: 162, waiting: 2826, kvCacheUsage: 0.28, generatedTokens: 7_557_572, finished: 11_228 })
  t.is(scalars.preemptions, undefined)
  t.is(distributions.interTokenLatency?.count, 10_000)
  const older = await read('sglang-0.4.txt')
  t.is(older.scalars.running, 3)
  t.is(older.distributions.interTokenLatency?.sum, 9)
})

test('of a text with an old and a new name for one figure the new one counts, in either order', (t) => {
  const lines = ['vllm:gpu_cache_usage_perc{engine="0"} 0.9', 'vllm:kv_cache_usage_perc{engine="0"} 0.3']
  t.is(readEngine(lines.join('\n')).scalars.kvCacheUsage, 0.3)
  t.is(readEngine(lines.toReversed().join('\n')).scalars.kvCacheUsage, 0.3)
})

test('a text of no known engine has no figures, and no engine', (t) => {
  t.deepEqual(readEngine('up 1\nhttp_requests_total{code="200"} 7\n<html>not metrics</html>'), {
    engine: '',
    scalars: {},
    distributions: {},
  })
})

test('every vocabulary says where its names were read, and its samples are there and say something', async (t) => {
  for (const { engine, sources } of vocabularies) {
    t.true(sources.length > 0, engine)
    for (const { sample, read: day } of sources.filter((source) => source.sample.endsWith('.txt'))) {
      t.regex(day, /^\d{4}-\d\d-\d\d$/)
      t.true(existsSync(join(samples, sample)), sample)
      t.is((await read(sample)).engine, engine)
    }
  }
})

const reading = (sum: number, counts: Readonly<Record<string, number>>, count: number) => ({
  sum,
  count,
  buckets: new Map(Object.entries(counts)),
})

test('a quantile lies between the bounds of its bucket as histogram_quantile has it', (t) => {
  const now = reading(10, { '0.1': 50, '0.5': 90, '1': 100 }, 100)
  t.is(quantileBetween(0.5, undefined, now), 0.1)
  t.is(quantileBetween(0.7, undefined, now), 0.1 + 0.4 * 0.5)
  t.is(quantileBetween(0.25, undefined, now), 0.05)
  const before = reading(5, { '0.1': 50, '0.5': 50, '1': 50 }, 50)
  t.is(quantileBetween(0.5, before, now), 0.1 + 0.4 * (25 / 40))
  t.is(quantileBetween(0.5, now, now), undefined)
  t.is(quantileBetween(0.99, undefined, reading(1, { '0.1': 0 }, 5)), 0.1, 'past the last bound: at least that')
  t.is(quantileBetween(0.5, undefined, reading(1, {}, 5)), undefined)
})

test('recent figures forget what is older than two minutes, and an engine that began again', (t) => {
  const recent = new Recent()
  const slow = reading(100, { '1': 0, '10': 100 }, 100)
  recent.take(0, slow)
  t.is(recent.quantile(0.5, slow), undefined, 'nothing came since the first look')
  const then = reading(100.5, { '1': 10, '10': 110 }, 110)
  recent.take(61_000, then)
  t.is(recent.quantile(0.5, then), 0.5)
  t.is(recent.mean(then), 0.05)
  recent.take(122_000, then)
  t.is(recent.quantile(0.5, then), undefined)
  const fresh = reading(1, { '1': 1, '10': 1 }, 1)
  recent.take(123_000, fresh)
  t.is(recent.quantile(0.5, fresh), undefined)
})
