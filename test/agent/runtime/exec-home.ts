import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { ExecRuntime } from '../../../agent/runtime/exec/exec-runtime.ts'
import type { Instance } from '../../../agent/runtime/runtime.ts'

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
export const execHome = (t: ExecutionContext): { readonly stateDir: string; open(hostId?: string): ExecRuntime } => {
  const stateDir = mkdtempSync(join(tmpdir(), `hostler-exec-${process.pid}-`))
  const open = (hostId = testHostId) => new ExecRuntime({ hostId, stateDir, baseEnv: execEnvironment })
  const endAll = async (runtime: ExecRuntime) => {
    for (const instance of await runtime.list()) await runtime.remove(instance)
  }
  t.teardown(async () => {
    await endAll(open())
    rmSync(stateDir, { recursive: true, force: true })
  })
  return { stateDir, open }
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
