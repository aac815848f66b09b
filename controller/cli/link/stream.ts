import type { ClientReadableStream } from '@grpc/grpc-js'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { fromServiceError } from '../../../shared/rpc/errors.ts'

export interface StreamOptions {
  readonly where: string
  readonly signal: AbortSignal
  /** How long the first message may take. Absent: for ever, since a log may be silent. */
  readonly firstWithinMs?: number | undefined
}

/** The messages of a server stream, until it ends or the signal aborts. Throws a HostlerError. */
export async function* messagesOf<Message>(call: ClientReadableStream<Message>, options: StreamOptions): AsyncGenerator<Message> {
  let late = false
  const cancel = () => call.cancel()
  const timer =
    options.firstWithinMs === undefined
      ? undefined
      : setTimeout(() => {
          late = true
          cancel()
        }, options.firstWithinMs)
  options.signal.addEventListener('abort', cancel, { once: true })
  if (options.signal.aborted) cancel()
  try {
    for await (const message of call) {
      clearTimeout(timer)
      yield message as Message
    }
  } catch (error) {
    if (options.signal.aborted) return
    if (late)
      throw new HostlerError(
        'DEADLINE_EXCEEDED',
        `the controller at ${options.where} accepted the call and sent nothing for ${options.firstWithinMs} ms`,
        { cause: error },
      )
    throw fromServiceError(error, options.where)
  } finally {
    clearTimeout(timer)
    options.signal.removeEventListener('abort', cancel)
    // A reader that stops early, or fails, leaves no call behind.
    call.on('error', () => {})
    cancel()
  }
}
