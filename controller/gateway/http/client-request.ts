import { IncomingMessage } from 'node:http'
import { RequestHead } from './request-head.ts'

/** Takes a body as the parser reads it. */
export interface BodySink {
  chunk(bytes: Buffer): void
  end(): void
}

/**
 * A request as Node's server makes it, without what it costs to have it as a stream: the body goes to a sink at once, and headers are read for
 * what the gateway wants of them.
 */
export class ClientRequest extends IncomingMessage {
  #head: RequestHead | undefined
  #sink: BodySink | undefined

  get head(): RequestHead {
    this.#head ??= new RequestHead(this.rawHeaders)
    return this.#head
  }

  /** What is still to come of the body goes to this sink, in place of one before it. */
  pour(sink: BodySink): void {
    if (this.#sink || this.readableLength === 0) {
      // Marks the stream as read, so that Node does not empty it once more.
      if (!this.#sink) this.read(0)
      this.#sink = sink
    } else {
      this.on('data', (bytes: Buffer) => sink.chunk(bytes))
      this.on('end', () => sink.end())
    }
  }

  /** Called by Node with what its parser has read; null at the end. */
  override push(bytes: Buffer | null, encoding?: BufferEncoding): boolean {
    const sink = this.#sink
    if (!sink) return super.push(bytes, encoding)
    if (bytes === null) sink.end()
    else sink.chunk(bytes)
    return true
  }
}

/** All that Node's server itself asks of a request's headers is `expect` and `te`. */
Object.defineProperty(ClientRequest.prototype, 'headers', {
  get(this: ClientRequest) {
    return this.head
  },
})
