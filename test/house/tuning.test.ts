import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { tuningDocument } from '../../scripts/tuning-doc.ts'
import { root } from './tree.ts'

test('the tables of docs/tuning.md are those that the built-in profiles make', async (t) => {
  const page = await readFile(join(root, 'docs/tuning.md'), 'utf8')
  t.is(page, tuningDocument(page), 'run npm run generate')
})
