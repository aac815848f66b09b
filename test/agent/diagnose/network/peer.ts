import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { output, ZodType } from 'zod'
import { HostlerError, isErrorCode } from '../../../../shared/errors/hostler-error.ts'
import type { AgentAsk } from '../../../../shared/fleet/ask.ts'
import type { LabHost } from '../../../lab/host.ts'
import { namespaceFile } from '../../../lab/network.ts'
import { formatOwner, ownerVariable, runVariable, thisProcess } from '../../../lab/owner.ts'

interface Waiting {
  readonly onData: (data: Buffer) => Promise<void> | void
  readonly ended: PromiseWithResolvers<void>
}

type Line =
  | { readonly ready: true }
  | { readonly id: string; readonly data: string }
  | { readonly id: string; readonly end: true }
  | { readonly id: string; readonly error: { readonly code: string; readonly message: string } }

const enter = join(import.meta.dirname, '../../../lab/enter.sh')
const program = join(import.meta.dirname, '../../../fixtures/peer-agent.ts')

/** The network part of an agent, running on a host of the lab, asked as the controller asks it. */
export class Peer implements AsyncDisposable {
  readonly name: string
  readonly address: string
  readonly pid: number
  readonly #child
  readonly #waiting = new Map<string, Waiting>()
  readonly #exited: Promise<unknown>
  #lastId = 0

  private constructor(runId: string, host: LabHost, node: string) {
    this.name = host.name
    this.address = host.address
    const place = [namespaceFile(`hl-${runId}-${host.name}`), host.directory, host.name]
    this.#child = spawn(enter, [...place, node, program, host.address], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        ...process.env,
        PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
        [ownerVariable]: formatOwner(thisProcess()),
        [runVariable]: runId,
      },
    })
    this.pid = this.#child.pid ?? 0
    this.#exited = new Promise((resolve) => this.#child.once('exit', resolve))
  }

  /** @param node what runs the peer's program */
  static async start(runId: string, host: LabHost, node = process.execPath): Promise<Peer> {
    const peer = new Peer(runId, host, node)
    const ready = Promise.withResolvers<void>()
    peer.#exited.then(() => ready.reject(new Error(`the peer on ${host.name} ended before it was ready`)))
    createInterface({ input: peer.#child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Line
      if ('ready' in line) ready.resolve()
      else void peer.#take(line)
    })
    await ready.promise
    return peer
  }

  async stream(ask: AgentAsk, deadlineMs: number, onData: Waiting['onData'], signal: AbortSignal): Promise<void> {
    this.#lastId += 1
    const id = `q-${this.#lastId}`
    const ended = Promise.withResolvers<void>()
    this.#waiting.set(id, { onData, ended })
    const cancel = () => {
      this.#send({ id, cancel: true })
      ended.reject(new HostlerError('DEADLINE_EXCEEDED', 'cancelled'))
    }
    signal.addEventListener('abort', cancel, { once: true })
    this.#send({ id, ask, deadlineMs })
    try {
      await ended.promise
    } finally {
      signal.removeEventListener('abort', cancel)
      this.#waiting.delete(id)
    }
  }

  async document<Schema extends ZodType>(ask: AgentAsk, deadlineMs: number, schema: Schema, signal: AbortSignal): Promise<output<Schema>> {
    const chunks: Buffer[] = []
    await this.stream(ask, deadlineMs, (data) => void chunks.push(data), signal)
    return schema.parse(JSON.parse(Buffer.concat(chunks).toString()))
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end()
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  #send(line: object): void {
    this.#child.stdin.write(`${JSON.stringify(line)}\n`)
  }

  async #take(line: Exclude<Line, { readonly ready: true }>): Promise<void> {
    const waiting = this.#waiting.get(line.id)
    if (waiting === undefined) return
    if ('data' in line) await waiting.onData(Buffer.from(line.data))
    else if ('end' in line) waiting.ended.resolve()
    else waiting.ended.reject(new HostlerError(isErrorCode(line.error.code) ? line.error.code : 'INTERNAL', line.error.message))
  }
}
