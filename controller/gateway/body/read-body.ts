import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { Exchange } from '../http/exchange.ts'

/** Bytes of request bodies held by all requests together. */
export interface BodyMemory {
  readonly maxBytes: number
  heldBytes: number
}

const tooLarge = (maxBytes: number): HostlerError =>
  new HostlerError(
    'BODY_TOO_LARGE',
    `The request body is larger than the ${maxBytes} bytes allowed here. Send less, or raise gateway.maxBodyBytes.`,
  )

const outOfMemory = (memory: BodyMemory): HostlerError =>
  new HostlerError(
    'QUEUE_FULL',
    `The gateway already holds ${memory.heldBytes} bytes of request bodies, of at most ${memory.maxBytes}. Try again in 1 s.`,
    {
      fields: { retryAfterSeconds: 1 },
    },
  )

/**
 * The whole body, kept for as long as it may have to be sent again; the caller gives its bytes back to `memory`.
 * Undefined when the client left before it was complete.
 * @throws HostlerError BODY_TOO_LARGE (before reading, if Content-Length already says so), QUEUE_FULL
 */
export const readBody = (
  exchange: Pick<Exchange, 'request' | 'whenGone'>,
  maxBytes: number,
  memory: BodyMemory,
): Promise<Buffer | undefined> => {
  const { request } = exchange
  const announced = Number(request.head.contentLength ?? 0)
  if (announced > maxBytes) return Promise.reject(tooLarge(maxBytes))
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>()
  const chunks: Buffer[] = []
  let length = 0
  let settled = false
  const settle = () => {
    settled = true
    exchange.whenGone(undefined)
  }
  const giveUp = () => {
    settle()
    memory.heldBytes -= length
  }
  request.pour({
    chunk: (bytes) => {
      if (settled) return
      length += bytes.length
      memory.heldBytes += bytes.length
      const error = length > maxBytes ? tooLarge(maxBytes) : memory.heldBytes > memory.maxBytes ? outOfMemory(memory) : undefined
      if (error) {
        giveUp()
        reject(error)
      } else chunks.push(bytes)
    },
    end: () => {
      if (settled) return
      settle()
      const [only] = chunks
      resolve(only && chunks.length === 1 ? only : Buffer.concat(chunks, length))
    },
  })
  exchange.whenGone(() => {
    giveUp()
    resolve(undefined)
  })
  return promise
}
