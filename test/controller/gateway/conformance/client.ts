import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** What came of a command: its value, or the failure as users of the library see it. */
export interface Result {
  readonly value?: unknown
  readonly failed?: {
    readonly name: string
    readonly status?: number
    readonly code?: string
    readonly type?: string
    readonly message: string
  }
}

export interface Client extends AsyncDisposable {
  ask(name: string, given: object): Promise<Result>
}

/** A client library in a process of its own, as test/fixtures/clients has it; one command at a time. */
export const startClient = (library: 'openai' | 'ai-sdk' | 'anthropic', baseUrl: string, key: string): Client => {
  const program = join(import.meta.dirname, '../../../fixtures/clients', `${library}.mjs`)
  const child = spawn(process.execPath, [program, baseUrl, key], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    async ask(name, given) {
      child.stdin.write(`${JSON.stringify({ name, given })}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error(`the client of ${library} ended`)
      return JSON.parse(value) as Result
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}
