import type { Clock } from '../clock/clock.ts'
import { HostlerError, messageOf } from '../errors/hostler-error.ts'
import { type Credentials, readCredentials, writeCredentials } from '../identity/credentials-file.ts'
import { parseJoinToken } from '../identity/join-token.ts'
import { renewAtUnixMs } from '../identity/renewal.ts'
import { pause } from '../lifecycle/deadline.ts'
import type { Log } from '../log/log.ts'
import { enrolWithToken, type Joiner, renewCredentials } from './enrol.ts'

export interface JoinOptions extends Joiner {
  readonly file: string
  /** A join token; used only when there are no credentials yet, so that the same command line works for every start. */
  readonly token?: string | undefined
  /** For the error that asks for a token. */
  readonly command: string
}

/** The credentials of this daemon: from its file, else by joining with the token. Errors as enrolWithToken; CREDENTIALS_MISSING without either. */
export const joinedCredentials = async ({ file, token, command, ...joiner }: JoinOptions): Promise<Credentials> => {
  const present = await readCredentials(file)
  if (present) return present
  if (!token) {
    throw new HostlerError(
      'CREDENTIALS_MISSING',
      `${file} does not exist and no join token was given; on the controller run "hostler token create", then here: ${command} --join TOKEN`,
    )
  }
  const credentials = await enrolWithToken(parseJoinToken(token), joiner)
  await writeCredentials(file, credentials)
  return credentials
}

const checkMs = 3_600_000

/** Keeps a certificate from ending: replaces it, and tells, after two thirds of its life. Runs until the signal aborts. */
export const keepRenewed = async (
  initial: Credentials,
  options: { readonly file: string; readonly clock: Clock; readonly log: Log; readonly onRenewed: (credentials: Credentials) => void },
  signal: AbortSignal,
): Promise<void> => {
  let present = initial
  while (!signal.aborted) {
    if (options.clock.unixMs() >= renewAtUnixMs(present)) {
      try {
        present = await renewCredentials(present)
        await writeCredentials(options.file, present)
        options.onRenewed(present)
        options.log.info('certificate renewed', { id: present.id })
      } catch (error) {
        options.log.warn('certificate not renewed, trying again later', { id: present.id, error: messageOf(error) })
      }
    }
    await pause(checkMs, signal)
  }
}
