import { status as grpcStatus, Metadata, type ServiceError } from '@grpc/grpc-js'
import { HostlerError, isErrorCode, messageOf } from '../errors/hostler-error.ts'

const codeTrailer = 'hostler-code'
const headerSafe = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?')

/** What a server hands to gRPC. Anything that is not a HostlerError becomes INTERNAL, its message kept for the log of the other side. */
export const toServiceError = (thrown: unknown): Partial<ServiceError> => {
  const error = thrown instanceof HostlerError ? thrown : new HostlerError('INTERNAL', messageOf(thrown), { cause: thrown })
  const metadata = new Metadata()
  metadata.set(codeTrailer, error.code)
  return { code: error.grpcStatus, details: error.message, metadata }
}

const isServiceError = (thrown: unknown): thrown is ServiceError =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'number' && 'metadata' in thrown

/** The other way round: the code of the catalogue back, transport failures explained. `where` names the other side, `host:port`. */
export const fromServiceError = (thrown: unknown, where: string): HostlerError => {
  if (thrown instanceof HostlerError) return thrown
  if (!isServiceError(thrown)) return new HostlerError('INTERNAL', messageOf(thrown), { cause: thrown })
  const named = thrown.metadata?.get(codeTrailer)[0]
  if (typeof named === 'string' && isErrorCode(named)) return new HostlerError(named, thrown.details, { cause: thrown })
  switch (thrown.code) {
    case grpcStatus.UNAVAILABLE:
      return new HostlerError('CONTROLLER_UNREACHABLE', `the controller at ${where} does not answer (${headerSafe(thrown.details)})`, {
        cause: thrown,
      })
    // A server that stops by force cancels the calls it still has.
    case grpcStatus.CANCELLED:
      return new HostlerError('CONTROLLER_UNREACHABLE', `the controller at ${where} ended the call`, { cause: thrown })
    case grpcStatus.DEADLINE_EXCEEDED:
      return new HostlerError('DEADLINE_EXCEEDED', `the controller at ${where} did not answer in time`, { cause: thrown })
    case grpcStatus.UNIMPLEMENTED:
      return new HostlerError('PROTOCOL_MISMATCH', `the controller at ${where} does not know this call; it is of another version`, {
        cause: thrown,
      })
    default:
      return new HostlerError('INTERNAL', `${where}: ${thrown.details || thrown.message}`, { cause: thrown })
  }
}
