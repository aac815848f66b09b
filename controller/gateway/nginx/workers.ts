/** What the kernel says of an NGINX: its workers, and the requests that they have under way. */
import { readFileSync } from 'node:fs'
import { readdir, readFile, readlink } from 'node:fs/promises'

export interface Workers {
  /** They take requests. */
  readonly serving: readonly number[]
  /** They finish what they have, and take nothing new. */
  readonly leaving: readonly number[]
}

const text = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '')

/** NGINX writes over its arguments what a process is and does. */
const titleOf = async (pid: number): Promise<string> => (await text(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ')

export const workersOf = async (masterPid: number): Promise<Workers> => {
  const pids = (await text(`/proc/${masterPid}/task/${masterPid}/children`)).split(' ').map(Number).filter(Boolean)
  const titles = await Promise.all(pids.map(titleOf))
  const leaves = (index: number) => titles[index]?.includes('shutting down')
  return {
    serving: pids.filter((_, index) => titles[index]?.startsWith('nginx: worker process') && !leaves(index)),
    leaving: pids.filter((_, index) => leaves(index)),
  }
}

/** Processes of an NGINX that works in this directory, masters and workers. */
export const processesIn = async (directory: string): Promise<readonly { readonly pid: number; readonly title: string }[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [cwd, title] = await Promise.all([readlink(`/proc/${pid}/cwd`).catch(() => ''), titleOf(pid)])
      return cwd === directory && title.startsWith('nginx:') ? [{ pid, title }] : []
    }),
  )
  return found.flat()
}

/** Connections, taken up or not, by the file name of a socket in a directory that begins so; from the text of /proc/net/unix. Pure. */
export const connectionsBySocket = (table: string, directoryPrefix: string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const line of table.split('\n').slice(1)) {
    const [, , , flags = '', , , , path] = line.trim().split(/\s+/)
    // __SO_ACCEPTCON: the listening socket itself.
    if (!path?.startsWith(directoryPrefix) || (Number.parseInt(flags, 16) & 0x10000) !== 0) continue
    const name = path.slice(path.lastIndexOf('/') + 1)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

/** Read in one step, so that it can be told together with the version that is in use. */
export const connectionsNow = (directoryPrefix: string): ReadonlyMap<string, number> =>
  connectionsBySocket(readFileSync('/proc/net/unix', 'utf8'), directoryPrefix)

/** The most files that a process of ours may have open. */
export const mostOpenFiles = async (): Promise<number> => {
  const hard = /^Max open files +\d+ +(\d+|unlimited)/m.exec(await text('/proc/self/limits'))?.[1]
  return hard === undefined || hard === 'unlimited' ? 65_536 : Math.min(65_536, Number(hard))
}
