import { readFile } from 'node:fs/promises'
import { ownerOfSocket, readStat } from './proc.ts'

const listening = '0A'

/** Port to socket inode, from the text of /proc/net/tcp or tcp6. */
export const parseListening = (text: string): Map<number, string> => {
  const ports = new Map<number, string>()
  for (const line of text.split('\n').slice(1)) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/)
    if (state === listening && local && inode) ports.set(Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16), inode)
  }
  return ports
}

/** Every TCP port that something listens on in this network namespace, with the inode of its socket. */
export const listeningPorts = async (): Promise<ReadonlyMap<number, string>> => {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')))
  return new Map(tables.flatMap((table) => [...parseListening(table)]))
}

/** `nginx (pid 123)`, or an empty string when it cannot be told. */
export const describeSocketOwner = async (inode: string): Promise<string> => {
  const pid = await ownerOfSocket(inode)
  const stat = pid === undefined ? undefined : await readStat(pid)
  return stat ? `${stat.name} (pid ${stat.pid})` : ''
}
