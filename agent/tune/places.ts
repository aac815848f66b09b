import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the things of a host are. On a host: `/etc` and friends at the root, `/proc`, `/sys`. */
export interface Places {
  /** Before /etc, /run, /usr and /lib; empty on a host. */
  readonly root: string
  readonly proc: string
  readonly sys: string
}

/** A host below a directory; with an empty root, this one. */
export const placesAt = (root: string): Places => ({ root, proc: join(root, '/proc'), sys: join(root, '/sys') })

/** The file that our sysctls stand in. Its name sorts after all others that follow the custom of two digits. */
export const sysctlFile = ({ root }: Places): string => join(root, '/etc/sysctl.d/zz-hostler.conf')

/** Another one after each boot; empty where it cannot be read. */
export const readBootId = async ({ proc }: Places): Promise<string> =>
  (await readFile(join(proc, 'sys/kernel/random/boot_id'), 'utf8').catch(() => '')).trim()
