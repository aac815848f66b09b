import type { CallOptions, ClientUnaryCall, Metadata, ServiceError } from '@grpc/grpc-js'
import { Metadata as EmptyMetadata } from '@grpc/grpc-js'
import { fromServiceError } from './errors.ts'

type UnaryMethod<Request, Reply> = (
  request: Request,
  metadata: Metadata,
  options: CallOptions,
  callback: (error: ServiceError | null, reply?: Reply) => void,
) => ClientUnaryCall

export interface UnaryOptions {
  readonly timeoutMs: number
  readonly where: string
  readonly signal?: AbortSignal | undefined
}

/** One unary call as a promise with a deadline. Rejects with a HostlerError. */
export const callUnary = <Request, Reply>(method: UnaryMethod<Request, Reply>, request: Request, options: UnaryOptions): Promise<Reply> => {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>()
  const call = method(request, new EmptyMetadata(), { deadline: Date.now() + options.timeoutMs }, (error, reply) => {
    options.signal?.removeEventListener('abort', cancel)
    if (error || reply === undefined) reject(fromServiceError(error, options.where))
    else resolve(reply)
  })
  const cancel = () => call.cancel()
  if (options.signal?.aborted) cancel()
  options.signal?.addEventListener('abort', cancel, { once: true })
  return promise
}
