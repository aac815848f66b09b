import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Log } from '../../shared/log/log.ts'
import { toServiceError } from '../../shared/rpc/errors.ts'

/** An async function as a gRPC handler: its errors become statuses, and those that are defects are logged with their stack. */
export const unary =
  <Request, Reply>(log: Log, handle: (request: Request, call: ServerUnaryCall<Request, Reply>) => Promise<Reply> | Reply) =>
  (call: ServerUnaryCall<Request, Reply>, callback: sendUnaryData<Reply>): void => {
    Promise.try(handle, call.request, call).then(
      (reply) => callback(null, reply),
      (error: unknown) => {
        if (!(error instanceof HostlerError)) log.error('rpc call failed', { path: call.getPath(), error })
        callback(toServiceError(error))
      },
    )
  }
