import type { ServerWritableStream } from '@grpc/grpc-js'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Log } from '../../shared/log/log.ts'
import { toServiceError } from '../../shared/rpc/errors.ts'

type Outgoing<Reply> = ServerWritableStream<unknown, Reply>

/** Runs a stream's producer until it ends or the caller leaves; its error becomes the stream's status. */
export const produce = <Reply>(stream: Outgoing<Reply>, log: Log, producer: (signal: AbortSignal) => Promise<void>): void => {
  const left = new AbortController()
  stream.on('cancelled', () => left.abort())
  stream.on('error', () => left.abort())
  producer(left.signal).then(
    () => stream.end(),
    (error: unknown) => {
      if (left.signal.aborted) return
      if (!(error instanceof HostlerError)) log.error('rpc stream failed', { path: stream.getPath(), error })
      stream.emit('error', toServiceError(error))
    },
  )
}

/** Writes one message, waiting while the other side is slow. */
export const write = async <Reply>(stream: Outgoing<Reply>, message: Reply, signal: AbortSignal): Promise<void> => {
  if (stream.write(message) || signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  stream.once('drain', resolve)
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
}
