import { connect, type Socket } from 'node:net'
import { readAnswer } from './http-answer.ts'

export interface EngineAnswer {
  readonly status: number
  /** Latin-1: a character a byte. */
  readonly body: string
}

export interface Asked {
  /** Of one request, as it goes over the wire. */
  readonly text: string
  readonly timeoutMs: number
  readonly mostBytes: number
}

interface Pending {
  readonly asked: Asked
  readonly resolve: (answer: EngineAnswer) => void
  readonly reject: (error: Error) => void
  readonly deadline: NodeJS.Timeout
}

/** Shared by all connections: what is read is taken out before anything else is read. */
const shared = Buffer.allocUnsafe(64 * 1024)

/**
 * One connection to an engine, for one request at a time.
 *
 * By hand: engines are asked for their health and their figures every few seconds for as long as they run. A request of node:http costs several
 * times the CPU of this one, and a socket that is read as a stream leaves 64 KiB of garbage at each read.
 */
export class EngineConnection implements Disposable {
  readonly #socket: Socket
  #received = ''
  #pending: Pending | undefined
  #usable = true
  #wasClosed = false

  /** @param endpoint `address:port` */
  constructor(endpoint: string) {
    const colon = endpoint.lastIndexOf(':')
    const host = endpoint.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
    const onread = { buffer: shared, callback: (bytes: number) => this.#read(bytes) }
    this.#socket = connect({ host, port: Number(endpoint.slice(colon + 1)), onread })
    this.#socket.on('error', (error) => this.#closed(error))
    this.#socket.on('end', () => this.#ended())
    // One that idles keeps no process; the deadline of a request does.
    this.#socket.unref()
  }

  /** Whether it can take another request. */
  get usable(): boolean {
    return this.#usable && this.#pending === undefined
  }

  /** Whether the engine closed it before anything of an answer came. */
  get closedUnanswered(): boolean {
    return this.#wasClosed && this.#received === ''
  }

  /** Rejects with what kept the answer from coming; the connection is then of no more use. */
  ask(asked: Asked, signal: AbortSignal): Promise<EngineAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<EngineAnswer>()
    const onAbort = () => this.#fail(new Error('given up'))
    const deadline = setTimeout(() => this.#fail(new Error(`no answer within ${asked.timeoutMs} ms`)), asked.timeoutMs)
    const settled = () => {
      clearTimeout(deadline)
      signal.removeEventListener('abort', onAbort)
    }
    this.#received = ''
    this.#pending = {
      asked,
      deadline,
      resolve: (answer) => {
        settled()
        resolve(answer)
      },
      reject: (error) => {
        settled()
        reject(error)
      },
    }
    if (signal.aborted) onAbort()
    else {
      signal.addEventListener('abort', onAbort, { once: true })
      this.#socket.write(asked.text, 'latin1')
    }
    return promise
  }

  [Symbol.dispose](): void {
    this.#fail(new Error('given up'))
  }

  #read(bytes: number): boolean {
    const pending = this.#pending
    // An engine that speaks without being asked is not understood.
    if (!pending) this.#fail(new Error('bytes that nobody asked for'))
    else if (this.#received.length + bytes > pending.asked.mostBytes)
      this.#fail(new Error(`more than ${pending.asked.mostBytes} bytes of answer`))
    else {
      this.#received += shared.toString('latin1', 0, bytes)
      this.#take(pending, false)
    }
    return true
  }

  #ended(): void {
    if (this.#pending) this.#take(this.#pending, true)
    this.#closed(new Error('the connection ended in the middle of the answer'))
  }

  #closed(error: Error): void {
    this.#wasClosed = true
    this.#fail(error)
  }

  #take(pending: Pending, ended: boolean): void {
    const answer = readAnswer(this.#received, ended)
    if (answer.kind === 'incomplete') return
    if (answer.kind === 'unreadable') {
      this.#fail(new Error('the answer is not HTTP'))
      return
    }
    this.#pending = undefined
    this.#received = ''
    if (!answer.keeps) this[Symbol.dispose]()
    pending.resolve({ status: answer.status, body: answer.body })
  }

  #fail(error: Error): void {
    const pending = this.#pending
    this.#pending = undefined
    this.#usable = false
    this.#socket.destroy()
    pending?.reject(error)
  }
}
