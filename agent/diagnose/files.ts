import { open, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf } from '../../shared/errors/hostler-error.ts'
import type { HostFiles } from './context.ts'

const mostBytes = 1024 * 1024
/** A process or a device can go between two looks at it. */
const notThere = new Set(['ENOENT', 'ENOTDIR', 'ESRCH', 'EINVAL', 'ENODEV', 'ENXIO'])

const orNothing = async <T>(work: () => Promise<T>, nothing: T): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (notThere.has(errnoOf(error))) return nothing
    throw error
  }
}

/** Files of /proc say a size of 0, so they are read until they end. */
const readText = async (path: string): Promise<string> => {
  await using file = await open(path)
  const buffer = Buffer.allocUnsafe(mostBytes)
  let length = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, mostBytes - length, null)
    length += bytesRead
    if (bytesRead === 0 || length === mostBytes) return buffer.toString('utf8', 0, length)
  }
}

/** @param root empty on a host; the directory of a captured one in a test */
export const hostFiles = (root: string): HostFiles => ({
  text: (path) => orNothing<string | undefined>(() => readText(join(root, path)), undefined),
  names: (directory) => orNothing<readonly string[]>(async () => (await readdir(join(root, directory))).sort(), []),
  link: (path) => orNothing<string | undefined>(() => readlink(join(root, path)), undefined),
})
