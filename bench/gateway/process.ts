import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface Usage {
  readonly cpuUs: number
  readonly rssBytes: number
}

/** A part of the bench in a process of its own, so that its CPU is its own. Ends with its parent. */
export interface Part extends AsyncDisposable {
  readonly origin: string
  usage(): Promise<Usage>
}

const message = async <T>(child: ChildProcess): Promise<T> => {
  const [value] = await once(child, 'message', { signal: AbortSignal.timeout(30_000) })
  return value as T
}

export const startPart = async (role: 'engine' | 'hostler' | 'bare', ...origins: readonly string[]): Promise<Part> => {
  const child = fork(join(import.meta.dirname, 'part/main.ts'), [role, ...origins])
  const { port } = await message<{ port: number }>(child)
  return {
    origin: `http://127.0.0.1:${port}`,
    usage() {
      const answer = message<Usage>(child)
      child.send('usage')
      return answer
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
