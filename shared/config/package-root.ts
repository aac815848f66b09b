import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

const find = (from: string): string => {
  for (let directory = from; ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'proto', 'hostler', 'v1'))) return directory
    if (directory === dirname(directory)) throw new Error(`no proto/hostler/v1 above ${from}; the installation is incomplete`)
  }
}

/** The folder that holds proto/ and systemd/, both in a checkout and in an installed bundle. */
export const packageRoot: string = find(import.meta.dirname)
