import { existsSync } from 'node:fs'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { Places } from './places.ts'
import { type Assignment, parseSysctlConf, readingOrder } from './sysctl-conf.ts'

/** First to last in precedence. */
const directories = ['/etc/sysctl.d', '/run/sysctl.d', '/usr/local/lib/sysctl.d', '/usr/lib/sysctl.d', '/lib/sysctl.d']
const oldFile = '/etc/sysctl.conf'

export interface PersistedSysctls {
  /** In the order in which they are read at boot. Files are named as the host sees them. */
  readonly assignments: readonly Assignment[]
  /** Assignments of /etc/sysctl.conf that nothing reads at boot, and that `sysctl --system` by hand would set. */
  readonly dormant: readonly Assignment[]
}

/** Whether systemd sets the sysctls at boot, which leaves /etc/sysctl.conf out; else procps does, which reads it last. */
const bySystemd = ({ root }: Places): boolean =>
  ['/run/systemd/system', '/usr/lib/systemd/systemd-sysctl', '/lib/systemd/systemd-sysctl'].some((path) => existsSync(join(root, path)))

/** What the files of a host say of its sysctls. A file that cannot be read says nothing, as at boot. */
export const readPersisted = async (places: Places): Promise<PersistedSysctls> => {
  const real = new Set<string>()
  const found = await Promise.all(
    directories.map(async (path, directory) => {
      const folder = join(places.root, path)
      const resolved = await realpath(folder).catch(() => folder)
      // /lib is a link to /usr/lib on most hosts.
      if (real.has(resolved)) return []
      real.add(resolved)
      const names = await readdir(folder).catch(() => [])
      return names.map((name) => ({ directory, name, path: `${path}/${name}` }))
    }),
  )
  const read = async (path: string) => parseSysctlConf(path, await readFile(join(places.root, path), 'utf8').catch(() => ''))
  const files = readingOrder(found.flat())
  const assignments = (await Promise.all(files.map(({ path }) => read(path)))).flat()
  const old = await read(oldFile)
  if (old.length === 0) return { assignments, dormant: [] }
  if (!bySystemd(places)) return { assignments: [...assignments, ...old], dormant: [] }
  const target = await realpath(join(places.root, oldFile)).catch(() => '')
  const linked = await Promise.all(files.map(async ({ path }) => (await realpath(join(places.root, path)).catch(() => '')) === target))
  return { assignments, dormant: linked.includes(true) ? [] : old }
}
