import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readSource, type SourceFile } from './source-file.ts'

export const root = join(import.meta.dirname, '../..')

const skipped = /(^|\/)(node_modules|dist|generated|test)(\/|$)/

/** Every TypeScript file of the source rooms that are there, read. */
export const readTree = async (rooms: readonly string[]): Promise<readonly SourceFile[]> => {
  const paths = await Promise.all(rooms.map(filesOf))
  return paths.flat().map((path) => readSource(path, readFileSync(join(root, path), 'utf8')))
}

const filesOf = async (room: string): Promise<readonly string[]> => {
  const entries = await readdir(join(root, room), { recursive: true }).catch(() => [])
  return entries
    .map((entry) => `${room}/${entry}`)
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && !skipped.test(path))
    .toSorted()
}
