import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import { exitCodeOf } from './exit-codes.ts'
import { hints } from './hints.ts'
import type { Paint } from './terminal/colour.ts'

/** A failure that shows more than its message, or ends with another exit code than its error's. */
export class CommandFailure extends Error {
  readonly error: HostlerError
  readonly exitCode: number
  /** Printed below the error, as they are. */
  readonly details: readonly string[]
  readonly hint: string | undefined

  constructor(
    error: HostlerError,
    options: { readonly exitCode?: number; readonly details?: readonly string[]; readonly hint?: string } = {},
  ) {
    super(error.message, { cause: error })
    this.error = error
    this.exitCode = options.exitCode ?? exitCodeOf(error.code)
    this.details = options.details ?? []
    this.hint = options.hint ?? hints[error.code]
  }
}

export const asFailure = (thrown: unknown): CommandFailure => {
  if (thrown instanceof CommandFailure) return thrown
  if (thrown instanceof HostlerError) return new CommandFailure(thrown)
  return new CommandFailure(new HostlerError('INTERNAL', messageOf(thrown), { cause: thrown }), {
    hint: 'this is a defect in Hostler; please report it with the command you ran',
    details: thrown instanceof Error && thrown.stack !== undefined ? [thrown.stack] : [],
  })
}

/** For people: `error: …`, then the code, what to do, and the details. */
export const failureText = (failure: CommandFailure, paint: Paint): string => {
  const lines = [
    `${paint('bad', 'error:')} ${failure.error.message}`,
    ...(failure.details.length > 0 ? ['', ...failure.details, ''] : []),
    `${paint('quiet', 'code:')} ${failure.error.code}`,
    ...(failure.hint === undefined ? [] : [`${paint('quiet', 'hint:')} ${failure.hint}`]),
  ]
  return `${lines.join('\n')}\n`
}

/** For scripts: one line of JSON. */
export const failureJson = (failure: CommandFailure): string => {
  const { code, message, fields } = failure.error
  return `${JSON.stringify({ error: { code, message, ...(failure.hint === undefined ? {} : { hint: failure.hint }), exitCode: failure.exitCode, ...fields } })}\n`
}
