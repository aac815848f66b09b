import { HostlerError } from '../../shared/errors/hostler-error.ts'

/** permanent: the same again will be refused again. */
export const noticeFailed = (message: string, permanent: boolean, cause?: unknown): HostlerError =>
  new HostlerError('NOTICE_FAILED', message, { cause, fields: { permanent } })

export const isPermanent = (error: unknown): boolean => error instanceof HostlerError && error.fields.permanent === true
