import { catalogue, type ErrorCode } from './catalogue.ts'

export interface HostlerErrorOptions {
  readonly cause?: unknown
  /** Structured data for logs and `-o json`; never secrets. */
  readonly fields?: Readonly<Record<string, unknown>>
}

/** An error with a code of the catalogue. The message says what was seen, what was expected and what to do. */
export class HostlerError extends Error {
  readonly code: ErrorCode
  readonly fields: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: HostlerErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'HostlerError'
    this.code = code
    this.fields = options.fields ?? {}
  }

  get grpcStatus(): number {
    return catalogue[this.code].grpc
  }

  get httpStatus(): number {
    return catalogue[this.code].http
  }
}

export const isErrorCode = (value: string): value is ErrorCode => Object.hasOwn(catalogue, value)

/** The message of anything thrown, for logs and people. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** The errno code (`ENOSPC`, `ECONNREFUSED`…) of a system error, else an empty string. */
export const errnoOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
