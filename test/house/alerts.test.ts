import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { alertsPage } from '../../scripts/lib/alerts-page.ts'
import { root } from './tree.ts'

test('docs/alerts.md is what the built-in rules and signals make', async (t) => {
  t.is(await readFile(join(root, 'docs/alerts.md'), 'utf8'), alertsPage(), 'run npm run generate')
})
