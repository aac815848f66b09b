import type { output, ZodType } from 'zod'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { AgentAsk } from '../../shared/fleet/ask.ts'
import { within } from '../../shared/lifecycle/deadline.ts'
import type { Answers } from './answers.ts'
import type { Facts } from './facts.ts'
import type { HostRegistry } from './host-registry.ts'

export interface AgentCallsOptions {
  readonly facts: Facts
  readonly hosts: HostRegistry
  readonly answers: Answers
  readonly newId: (prefix: string) => string
}

const mostDocumentBytes = 16 * 1024 * 1024

/** Asks agents and waits for their answers. All of it rejects with HOST_UNREACHABLE, DEADLINE_EXCEEDED or what the agent refused with. */
export class AgentCalls {
  readonly #options: AgentCallsOptions

  constructor(options: AgentCallsOptions) {
    this.#options = options
  }

  /** Resolves at the end of the answer. `onData` may return a promise to hold the agent back. An agent that is no longer waited for is told to stop. */
  async stream(
    hostId: string,
    ask: AgentAsk,
    deadlineMs: number,
    onData: (data: Buffer) => Promise<void> | void,
    signal: AbortSignal,
  ): Promise<void> {
    const { facts, hosts, answers, newId } = this.#options
    const { port } = hosts.sighting(hostId)
    if (!port) {
      const name = facts.hosts.get(hostId)?.name ?? hostId
      throw new HostlerError('HOST_UNREACHABLE', `the agent of ${name} is not connected, so it cannot be asked now`)
    }
    const requestId = newId('q-')
    const ended = within(deadlineMs, signal)
    const answered = answers.expect(requestId, hostId, onData, ended)
    port.ask(requestId, ask, deadlineMs)
    try {
      await answered
    } catch (error) {
      port.cancelRequest(requestId)
      throw error
    }
  }

  /** An answer that is one JSON document of a schema. Also rejects with PROTOCOL_MISMATCH when it does not fit. */
  async document<Schema extends ZodType>(
    hostId: string,
    ask: AgentAsk,
    deadlineMs: number,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<output<Schema>> {
    const chunks: Buffer[] = []
    let bytes = 0
    const onData = (data: Buffer) => {
      bytes += data.length
      if (bytes > mostDocumentBytes)
        throw new HostlerError('PROTOCOL_MISMATCH', `the answer to ${ask.kind} is over ${mostDocumentBytes} bytes`)
      chunks.push(data)
    }
    await this.stream(hostId, ask, deadlineMs, onData, signal)
    return parsed(schema, Buffer.concat(chunks).toString('utf8'), ask.kind)
  }
}

const parsed = <Schema extends ZodType>(schema: Schema, text: string, kind: string): output<Schema> => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new HostlerError('PROTOCOL_MISMATCH', `the answer to ${kind} is not JSON`, { cause })
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new HostlerError('PROTOCOL_MISMATCH', `the answer to ${kind} does not fit its schema: ${issue?.path.join('.')}: ${issue?.message}`)
}
