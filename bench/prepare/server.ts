import { once } from 'node:events'
import { createServer } from 'node:net'
import { type LabProcess, type ProcessOptions, startProcess } from '../../test/lab/process.ts'

/** Starts a program that the kernel ends when this process does, however that happens. */
export const startServer = (command: string, args: readonly string[], options: ProcessOptions = {}): Promise<LabProcess> =>
  startProcess('setpriv', ['--pdeathsig', 'TERM', '--', command, ...args], options)

/** Ports of the loopback interface that were free a moment ago, for programs that cannot take port 0. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
