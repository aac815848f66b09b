import type { ServerResponse } from 'node:http'
import type { ApiKeyRecord } from '../../../shared/fleet/membership.ts'
import type { TokenCharge } from '../admission/admit.ts'
import type { Outcome } from '../observe/metrics.ts'
import type { TrafficSeries } from '../observe/traffic.ts'
import type { ClientErrorAnswer } from './client-error.ts'
import type { ClientRequest } from './client-request.ts'
import { errorAnswer } from './error-shape.ts'

/** One request of a client and the answer to it, with what the log and the metrics say of it at the end. */
export class Exchange {
  readonly request: ClientRequest
  readonly response: ServerResponse
  readonly id: string
  readonly ticket: number
  readonly startedMs: number
  key: ApiKeyRecord | undefined
  /** A probe of the gateway itself, not worth a line. */
  quiet = false
  /** As the membership names it. */
  model = ''
  deployment = ''
  replicaId = ''
  attempts = 0
  queuedMs = 0
  firstByteMs: number | undefined
  bytesIn = 0
  bytesOut = 0
  outcome: Outcome | undefined
  /** Where it is counted: the revision that it was sent to last. */
  traffic: TrafficSeries | undefined
  /** Against limits in LLM tokens. */
  charge: TokenCharge | undefined
  /** The answer broke off because the client did not read on. */
  stalled = false
  /** What went wrong, for the log. */
  reason: string | undefined
  /** The tick at which the whole of it has taken too long, and what happens then. */
  expiresAtTick = Number.POSITIVE_INFINITY
  onExpire: (() => void) | undefined
  /** What is under way at a replica. */
  attempt: { check(tick: number): void } | undefined
  readonly #closed = Promise.withResolvers<void>()
  #gone = false
  #onGone: (() => void) | undefined

  constructor(request: ClientRequest, response: ServerResponse, id: string, ticket: number, startedMs: number) {
    this.request = request
    this.response = response
    this.id = id
    this.ticket = ticket
    this.startedMs = startedMs
  }

  /** Resolves when the connection is done with the answer, sent or not. */
  get closed(): Promise<void> {
    return this.#closed.promise
  }

  /** The response is closed, or the connection under it. */
  close(): void {
    if (!this.response.writableFinished) this.leave()
    this.#closed.resolve()
  }

  /** The client left before the answer was complete. */
  get gone(): boolean {
    return this.#gone
  }

  /** Calls `listener` (one at a time; undefined: nobody) when the client leaves. */
  whenGone(listener: (() => void) | undefined): void {
    this.#onGone = listener
    if (this.#gone) listener?.()
  }

  /** Ends what has taken too long. */
  check(tick: number): void {
    if (tick >= this.expiresAtTick) {
      this.expiresAtTick = Number.POSITIVE_INFINITY
      this.onExpire?.()
    }
    this.attempt?.check(tick)
  }

  leave(): void {
    if (this.#gone) return
    this.#gone = true
    this.#onGone?.()
  }

  /** A short answer of the gateway itself. */
  answer(status: number, contentType: string, body: string, extra: readonly string[] = []): void {
    const headers = ['content-type', contentType, 'content-length', String(Buffer.byteLength(body)), 'x-request-id', this.id, ...extra]
    this.response.writeHead(status, headers)
    this.response.end(this.request.method === 'HEAD' ? undefined : body)
  }

  /** An error in OpenAI's shape, or, when the answer has begun, an end that no client can take for a good one. */
  fail(thrown: unknown): void {
    if (this.#gone) return
    if (this.response.headersSent) {
      this.breakOff()
      return
    }
    const { status, body, retryAfterSeconds } = errorAnswer(thrown)
    this.answer(status, 'application/json', body, retryAfterSeconds === undefined ? [] : ['retry-after', String(retryAfterSeconds)])
  }

  /** Its body turned out to be no HTTP: the client is told, and the connection ends. */
  reject({ status, message, body }: ClientErrorAnswer): void {
    this.outcome = 'refused'
    this.reason = message
    this.response.shouldKeepAlive = false
    this.answer(status, 'application/json', body)
    this.leave()
  }

  /** Chunked or counted answers show that they are short; an HTTP/1.0 answer ends where the connection ends, so that must end badly. */
  breakOff(): void {
    const socket = this.response.socket
    // TLS has an end of its own, which is missing then; its connections cannot be reset.
    if (this.request.httpVersion === '1.0' && socket && 'resetAndDestroy' in socket && !('encrypted' in socket)) socket.resetAndDestroy()
    else this.response.destroy()
  }
}
