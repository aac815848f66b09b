import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { configurationPage } from '../../scripts/lib/configuration-page.ts'

test('docs/configuration.md is what the schemas make: every setting with its default and its variable', async (t) => {
  t.is(await readFile(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8'), configurationPage())
})
