import type { ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Replica } from '../balance/replica.ts'
import { upstreamHeaders } from '../http/headers.ts'
import { AnswerWriter } from './answer-writer.ts'
import { type Failure, failureOf } from './failure.ts'
import type { Ticks } from './ticks.ts'

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

export type Phase = 'firstByte' | 'idle' | 'clientStall'

/** What an attempt tells of its course. */
export interface AttemptListener {
  /** The replica took the connection. */
  connected(): void
  /** The head of an answer arrived, whatever it says. */
  head(): void
  /** The head of an answer that is passed on arrived. */
  answered(status: number): void
  /** The first byte goes to the client now. */
  firstByte(): void
  bytes(chunk: Buffer): void
}

const overdue: Readonly<Record<Phase, string>> = {
  firstByte: 'no byte of an answer came within',
  idle: 'the answer stood still for',
  clientStall: 'the client read nothing for',
}

class PhaseTimeout extends Error {
  readonly phase: Phase

  constructor(phase: Phase, limitMs: number) {
    super(`${overdue[phase]} ${limitMs} ms (gateway.timeouts.${phase}Ms)`)
    this.phase = phase
  }
}

class Abandoned extends Error {}

/**
 * One try at one replica. The answer is relayed as it comes: never parsed, held up by the slower side, and its head goes out
 * together with its first byte, so that up to then the request can still go to another replica.
 *
 * It speaks undici's older handler interface: for the newer one undici makes three more objects and reads all headers once more for each
 * request.
 */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly #request: AttemptRequest
  readonly #listener: AttemptListener
  readonly #limitsMs: Readonly<Record<Phase, number>>
  readonly #ticks: Ticks
  readonly #writer: AnswerWriter
  readonly #done = Promise.withResolvers<AttemptEnd>()
  #phase: Phase = 'firstByte'
  /** The tick at which the phase has taken too long. */
  #lastTick = Number.POSITIVE_INFINITY
  #abort: ((reason: Error) => void) | undefined
  #resume: (() => void) | undefined
  #stopped: Error | undefined
  #ended = false
  #status = 0
  #replicaId = ''

  constructor(
    request: AttemptRequest,
    response: ServerResponse,
    limitsMs: Readonly<Record<Phase, number>>,
    ticks: Ticks,
    listener: AttemptListener,
  ) {
    this.#request = request
    this.#limitsMs = limitsMs
    this.#ticks = ticks
    this.#listener = listener
    this.#writer = new AnswerWriter(response, (isReading) => this.#clientReads(isReading))
  }

  /** Sends the request; resolves when the replica is done with it, in whatever way. Never rejects. */
  run(replica: Replica): Promise<AttemptEnd> {
    const { id, method, url, rawHeaders, body } = this.#request
    this.#replicaId = replica.id
    this.#enter('firstByte')
    const headers = upstreamHeaders(rawHeaders, id, replica.endpoint.apiKey)
    replica.upstream.dispatch({ method: method as Dispatcher.HttpMethod, path: url, headers, body: body.length > 0 ? body : null }, this)
    return this.#done.promise
  }

  /** The client is gone: the replica's connection is closed at once, and nothing waits for it. */
  abandon(): void {
    this.#stop(new Abandoned())
  }

  /** Ends the attempt when its phase has taken too long. */
  check(tick: number): void {
    if (tick >= this.#lastTick) this.#stop(new PhaseTimeout(this.#phase, this.#limitsMs[this.#phase]))
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#abort = abort
    if (this.#stopped) abort(this.#stopped)
    else if (!this.#ended) this.#listener.connected()
  }

  onHeaders(status: number, rawHeaders: Buffer[], resume: () => void, statusMessage: string): boolean {
    this.#listener.head()
    if (status < 200 || this.#ended) return true
    if (status === 503) {
      this.#end({ kind: 'failed', failure: 'unready', cause: new Error('the engine answered 503') })
      this.#abort?.(new Abandoned())
      return true
    }
    this.#status = status
    this.#resume = resume
    this.#writer.head(status, statusMessage, rawHeaders, this.#request.id, this.#replicaId)
    this.#listener.answered(status)
    return true
  }

  onData(chunk: Buffer): boolean {
    if (this.#ended) return true
    if (!this.#writer.started) this.#listener.firstByte()
    this.#listener.bytes(chunk)
    const goOn = this.#writer.write(chunk)
    this.#enter(goOn ? 'idle' : 'clientStall')
    return goOn
  }

  onComplete(): void {
    if (this.#ended) return
    if (!this.#writer.started) this.#listener.firstByte()
    this.#end({ kind: 'complete', status: this.#status })
    this.#writer.end()
  }

  onError(error: Error): void {
    this.#end(this.#endBy(this.#stopped ?? error))
  }

  #endBy(cause: Error): AttemptEnd {
    if (cause instanceof Abandoned) return { kind: 'abandoned' }
    const failure = cause instanceof PhaseTimeout ? 'timeout' : failureOf(cause, this.#abort !== undefined)
    if (!this.#writer.started) return { kind: 'failed', failure, cause }
    const byClient = cause instanceof PhaseTimeout && cause.phase === 'clientStall'
    return { kind: 'cut', status: this.#status, failure: byClient ? undefined : failure, cause }
  }

  #clientReads(isReading: boolean): void {
    if (this.#ended) return
    this.#enter(isReading ? 'idle' : 'clientStall')
    if (isReading) this.#resume?.()
  }

  #enter(phase: Phase): void {
    this.#phase = phase
    this.#lastTick = this.#ticks.after(this.#limitsMs[phase])
  }

  /** Ends the attempt now, even when the connection it waits for does not stand yet. */
  #stop(reason: Error): void {
    if (this.#ended) return
    this.#stopped = reason
    this.#abort?.(reason)
    this.#end(this.#endBy(reason))
  }

  #end(end: AttemptEnd): void {
    if (this.#ended) return
    this.#ended = true
    this.#writer.stop()
    this.#done.resolve(end)
  }
}
