import { readFile, realpath, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { ModelFilesystem } from '../../shared/fleet/inventory.ts'
import { withDeadline } from '../../shared/lifecycle/deadline.ts'
import { mountOf } from './mount.ts'

const mebibyte = 1024 * 1024

/**
 * The filesystem under a model path, symbolic links resolved. Of a path that does not exist it is the one on which it would be
 * made, and `missing` is true. A dead network mount answers no call: past the deadline the sizes are 0 and the type is what the
 * mount table says of the unresolved path.
 */
export const readModelFilesystem = async (path: string, deadlineMs = 5000): Promise<ModelFilesystem> => {
  const absolute = resolve(path)
  const mountinfo = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  const typeOf = (place: string) => mountOf(mountinfo, place)?.type ?? 'unknown'
  try {
    const { existing, resolved } = await withDeadline(nearestExisting(absolute), deadlineMs, `resolving ${absolute}`)
    const space = await withDeadline(statfs(resolved), deadlineMs, `the size of ${resolved}`)
    const missing = existing !== absolute
    return {
      path,
      resolvedPath: missing ? resolve(resolved, absolute.slice(existing.length).replace(/^\/+/, '')) : resolved,
      type: typeOf(resolved),
      sizeMiB: Math.floor((space.blocks * space.bsize) / mebibyte),
      freeMiB: Math.floor((space.bavail * space.bsize) / mebibyte),
      missing,
    }
  } catch {
    return { path, resolvedPath: absolute, type: typeOf(absolute), sizeMiB: 0, freeMiB: 0, missing: false }
  }
}

const nearestExisting = async (absolute: string): Promise<{ existing: string; resolved: string }> => {
  for (let existing = absolute; ; existing = dirname(existing)) {
    try {
      return { existing, resolved: await realpath(existing) }
    } catch (thrown) {
      if (existing === '/') throw thrown
    }
  }
}
