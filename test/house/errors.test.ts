import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { errorsDocument } from '../../scripts/errors-doc.ts'
import { catalogue } from '../../shared/errors/catalogue.ts'
import { readTree, root } from './tree.ts'

test('docs/errors.md is the table that the error catalogue makes', async (t) => {
  t.is(await readFile(join(root, 'docs/errors.md'), 'utf8'), errorsDocument(), 'run npm run generate')
})

test('every error of the catalogue can be met: some file names it', async (t) => {
  const files = (await readTree(['agent', 'controller', 'shared'])).filter(({ path }) => path !== 'shared/errors/catalogue.ts')
  const named = new Set(files.flatMap(({ texts }) => [...texts]))
  t.deepEqual(
    Object.keys(catalogue).filter((code) => !named.has(code)),
    [],
  )
})
