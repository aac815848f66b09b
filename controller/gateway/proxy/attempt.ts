import type { ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Replica } from '../balance/replica.ts'
import { clientHeaders, upstreamHeaders } from '../http/headers.ts'
import { type Failure, failureOf } from './failure.ts'
import { type Phase, PhaseTimer } from './phase-timer.ts'

export type AttemptEnd =
  | { readonly kind: 'complete'; readonly status: number }
  /** No byte was passed on to the client; the request may go elsewhere. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly cause: unknown }
  /** The answer broke off in the middle; without a failure it was the client that did not read on. */
  | { readonly kind: 'cut'; readonly status: number; readonly failure: Failure | undefined; readonly cause: unknown }
  /** The client left. */
  | { readonly kind: 'abandoned' }

export interface AttemptRequest {
  readonly id: string
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

export interface AttemptOptions {
  readonly limitsMs: Readonly<Record<Phase, number>>
  /** The replica took the connection. */
  readonly onConnected: () => void
  /** The head of an answer arrived, whatever it says. */
  readonly onHead: () => void
  /** The head of an answer that is passed on arrived. */
  readonly onAnswer: (status: number) => void
  /** The first byte goes to the client now. */
  readonly onFirstByte: () => void
  readonly onBytes: (chunk: Buffer) => void
}

class PhaseTimeout extends Error {
  readonly phase: Phase

  constructor(phase: Phase, limitMs: number) {
    super(`${phase} took longer than ${limitMs} ms`)
    this.phase = phase
  }
}

class Abandoned extends Error {}

const text = (value: unknown): string => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value))

/**
 * One try at one replica. The answer is relayed as it comes: never parsed, held up by the slower side, and its head goes out
 * together with its first byte, so that up to then the request can still go to another replica.
 */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse
  readonly #request: AttemptRequest
  readonly #options: AttemptOptions
  readonly #timer: PhaseTimer
  readonly #done = Promise.withResolvers<AttemptEnd>()
  #controller: Dispatcher.DispatchController | undefined
  #stopped: Error | undefined
  #ended = false
  #status = 0
  #statusMessage = ''
  #started = false
  #replicaId = ''

  constructor(request: AttemptRequest, response: ServerResponse, options: AttemptOptions) {
    this.#request = request
    this.#response = response
    this.#options = options
    this.#timer = new PhaseTimer(options.limitsMs, (phase, limitMs) => this.#stop(new PhaseTimeout(phase, limitMs)))
  }

  /** Sends the request; resolves when the replica is done with it, in whatever way. Never rejects. */
  run(replica: Replica): Promise<AttemptEnd> {
    this.#replicaId = replica.id
    const { id, method, url, rawHeaders, body } = this.#request
    this.#timer.enter('firstByte')
    this.#response.on('drain', this.#onDrain)
    const headers = upstreamHeaders(rawHeaders, id, replica.endpoint.apiKey)
    replica.upstream.dispatch({ method: method as Dispatcher.HttpMethod, path: url, headers, body: body.length > 0 ? body : null }, this)
    return this.#done.promise
  }

  /** The client is gone: the replica's connection is closed at once, and nothing waits for it. */
  abandon(): void {
    this.#stop(new Abandoned())
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#stopped) controller.abort(this.#stopped)
    else if (!this.#ended) this.#options.onConnected()
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _headers: unknown, statusMessage?: string): void {
    this.#options.onHead()
    if (status < 200) return
    if (status === 503) {
      this.#end({ kind: 'failed', failure: 'unready', cause: new Error('the engine answered 503') })
      controller.abort(new Abandoned())
      return
    }
    this.#status = status
    // Node refuses to write any other.
    this.#statusMessage = statusMessage !== undefined && /^[\t\x20-\x7e]*$/.test(statusMessage) ? statusMessage : ''
    this.#options.onAnswer(status)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended) return
    this.#start(controller)
    this.#options.onBytes(chunk)
    if (this.#response.write(chunk)) this.#timer.enter('idle')
    else {
      controller.pause()
      this.#timer.enter('clientStall')
    }
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    if (this.#ended) return
    this.#start(controller)
    this.#end({ kind: 'complete', status: this.#status })
    this.#response.end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(this.#endBy(this.#stopped ?? error))
  }

  #endBy(cause: Error): AttemptEnd {
    if (cause instanceof Abandoned) return { kind: 'abandoned' }
    const failure = cause instanceof PhaseTimeout ? 'timeout' : failureOf(cause, this.#controller !== undefined)
    if (!this.#started) return { kind: 'failed', failure, cause }
    const byClient = cause instanceof PhaseTimeout && cause.phase === 'clientStall'
    return { kind: 'cut', status: this.#status, failure: byClient ? undefined : failure, cause }
  }

  readonly #onDrain = (): void => {
    this.#timer.enter('idle')
    this.#controller?.resume()
  }

  #start(controller: Dispatcher.DispatchController): void {
    if (this.#started) return
    this.#started = true
    this.#options.onFirstByte()
    const raw = Array.isArray(controller.rawHeaders) ? controller.rawHeaders.map(text) : []
    this.#response.writeHead(this.#status, this.#statusMessage, clientHeaders(raw, this.#request.id, this.#replicaId))
  }

  /** Ends the attempt now, even when the connection it waits for does not stand yet. */
  #stop(reason: Error): void {
    if (this.#ended) return
    this.#stopped = reason
    this.#controller?.abort(reason)
    this.#end(this.#endBy(reason))
  }

  #end(end: AttemptEnd): void {
    if (this.#ended) return
    this.#ended = true
    this.#timer.stop()
    this.#response.off('drain', this.#onDrain)
    this.#done.resolve(end)
  }
}
