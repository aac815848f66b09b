import { readFile, realpath, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { KernelFile } from '../kernel-file.ts'
import { mountOf } from '../mount.ts'
import type { Collector, Fill } from './collector.ts'
import { columns } from './scan.ts'

const sectorBytes = 512

const counters = [
  ['hostler_disk_reads_total', 3, 1],
  ['hostler_disk_read_bytes_total', 5, sectorBytes],
  ['hostler_disk_writes_total', 7, 1],
  ['hostler_disk_written_bytes_total', 9, sectorBytes],
  ['hostler_disk_io_seconds_total', 12, 0.001],
] as const

const resolvedExisting = async (path: string): Promise<string> => {
  for (let existing = resolve(path); ; existing = dirname(existing)) {
    try {
      return await realpath(existing)
    } catch (error) {
      if (existing === '/') throw error
    }
  }
}

/**
 * Space on the filesystem of one path. A dead network mount answers no call, and this waits without a limit: the sampler begins no second
 * look while one hangs, so it costs one thread of the pool and the age of this collector's figures.
 */
export const filesystemCollector = (use: string, path: string, onDevice: (use: string, number: string) => void): Collector => ({
  name: `filesystem-${use}`,
  everyMs: 30_000,
  collect: async (): Promise<Fill> => {
    const resolved = await resolvedExisting(path)
    const mount = mountOf(await readFile('/proc/self/mountinfo', 'utf8'), resolved)
    onDevice(use, mount?.deviceNumber ?? '')
    const space = await statfs(resolved)
    const labels = [use, path, mount?.type ?? 'unknown']
    return (set) => {
      set('hostler_filesystem_size_bytes', labels, space.blocks * space.bsize)
      set('hostler_filesystem_available_bytes', labels, space.bavail * space.bsize)
      set('hostler_filesystem_files', labels, space.files)
      set('hostler_filesystem_files_free', labels, space.ffree)
    }
  },
})

/** Traffic of the devices, given as MAJOR:MINOR, that these filesystems are on. Network and layered filesystems have none. */
export const diskCollector = (devices: () => ReadonlySet<string>, proc = '/proc'): Collector => {
  const diskstats = new KernelFile(`${proc}/diskstats`)
  const fill: Fill = (set) => {
    const wanted = devices()
    for (const line of diskstats.read()?.split('\n') ?? []) {
      const cells = columns(line)
      if (!wanted.has(`${cells[0]}:${cells[1]}`)) continue
      for (const [name, index, scale] of counters) set(name, [cells[2] ?? ''], Number(cells[index]) * scale)
    }
  }
  return { name: 'disks', everyMs: 0, collect: () => fill }
}
