import { createServer } from 'node:net'
import type { ExecutionContext } from 'ava'
import { ExecRuntime } from '../../../agent/runtime/exec/exec-runtime.ts'
import type { Instance } from '../../../agent/runtime/runtime.ts'
import { makeHome, removeHome } from './homes.ts'

/** A port that nothing listened on a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

export const execEnvironment = { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: '/' }

export const testHostId = 'host-test'

/** An exec runtime on a directory of its own; whatever it still runs is ended with the test. */
export const execHome = async (t: ExecutionContext): Promise<{ readonly stateDir: string; open(hostId?: string): ExecRuntime }> => {
  const stateDir = await makeHome()
  t.teardown(() => removeHome(stateDir))
  return { stateDir, open: (hostId = testHostId) => new ExecRuntime({ hostId, stateDir, baseEnv: execEnvironment }) }
}

export const ask = async (instance: Instance, path: string, method = 'GET'): Promise<Record<string, unknown>> => {
  const { address, port } = instance.identity
  const response = await fetch(`http://${address}:${port}${path}`, { method, signal: AbortSignal.timeout(5_000) })
  return (await response.json()) as Record<string, unknown>
}

export const textOf = async (pieces: AsyncIterable<Buffer>): Promise<string> => {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all).toString()
}
