import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { metricsPage } from '../../scripts/lib/metrics-page.ts'
import { catalogue } from '../../shared/metrics/catalogue.ts'

test('docs/metrics.md is what the vocabulary makes', async (t) => {
  t.is(await readFile(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8'), metricsPage())
})

test('every metric says what it is, counters end in _total and nothing else does', (t) => {
  for (const [name, { type, help }] of Object.entries(catalogue)) {
    t.regex(name, /^hostler_[a-z0-9_]+$/)
    t.is(name.endsWith('_total'), type === 'counter', name)
    t.regex(help, /^\S.*[.!]$/s, name)
  }
})
