import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { root } from './tree.ts'

const contentsOf = async (directory: string): Promise<Readonly<Record<string, string>>> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file.slice(directory.length), await readFile(file, 'utf8')])))
}

test('proto/generated is what the wire contract makes', async (t) => {
  const fresh = await mkdtemp(join(tmpdir(), 'hostler-wire-'))
  t.teardown(() => rm(fresh, { recursive: true, force: true }))
  await promisify(execFile)('bash', [join(root, 'scripts/generate'), '--types', fresh], { timeout: 60_000 })
  const [made, kept] = await Promise.all([contentsOf(fresh), contentsOf(join(root, 'proto/generated'))])
  t.deepEqual(Object.keys(kept).toSorted(), Object.keys(made).toSorted(), 'run npm run generate')
  t.deepEqual(
    Object.keys(made).filter((file) => made[file] !== kept[file]),
    [],
    'run npm run generate',
  )
})
