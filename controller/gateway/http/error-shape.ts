import type { ErrorCode } from '../../../shared/errors/catalogue.ts'
import { HostlerError, messageOf } from '../../../shared/errors/hostler-error.ts'

interface Shape {
  readonly type: string
  readonly code: string
  readonly param?: string
}

/** The names by which OpenAI's clients know these errors. */
const shapes: Partial<Record<ErrorCode, Shape>> = {
  MODEL_UNKNOWN: { type: 'invalid_request_error', code: 'model_not_found', param: 'model' },
  MODEL_FORBIDDEN: { type: 'permission_error', code: 'model_forbidden', param: 'model' },
  KEY_MISSING: { type: 'authentication_error', code: 'missing_api_key' },
  KEY_INVALID: { type: 'authentication_error', code: 'invalid_api_key' },
  RATE_LIMITED: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  QUEUE_FULL: { type: 'rate_limit_error', code: 'queue_full' },
  QUEUE_TIMEOUT: { type: 'rate_limit_error', code: 'queue_timeout' },
  NO_REPLICA: { type: 'server_error', code: 'no_replica' },
  UPSTREAM_FAILED: { type: 'server_error', code: 'upstream_failed' },
  UPSTREAM_TIMEOUT: { type: 'server_error', code: 'upstream_timeout' },
  BODY_TOO_LARGE: { type: 'invalid_request_error', code: 'body_too_large' },
  BODY_INVALID: { type: 'invalid_request_error', code: 'body_invalid' },
}

export interface ErrorAnswer {
  readonly status: number
  readonly body: string
  /** Whole seconds; a header of the answer. */
  readonly retryAfterSeconds: number | undefined
}

/** Any error in the shape of OpenAI's API. What is not one of ours is a defect and is not explained to the outside. */
export const errorAnswer = (thrown: unknown): ErrorAnswer => {
  const error =
    thrown instanceof HostlerError
      ? thrown
      : new HostlerError('INTERNAL', 'The gateway failed on this request.', { cause: messageOf(thrown) })
  const status = error.httpStatus
  const shape = shapes[error.code] ?? { type: status < 500 ? 'invalid_request_error' : 'server_error', code: error.code.toLowerCase() }
  const seconds = error.fields.retryAfterSeconds
  return {
    status,
    body: JSON.stringify({ error: { message: error.message, type: shape.type, param: shape.param ?? null, code: shape.code } }),
    retryAfterSeconds: typeof seconds === 'number' ? seconds : undefined,
  }
}
