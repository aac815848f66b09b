import { join } from 'node:path'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { type Credentials, readCredentials } from '../../shared/identity/credentials-file.ts'
import type { CliSettings } from './io.ts'

/** Where `hostler login` puts its credentials. */
export const userCredentialsFile = (settings: CliSettings): string => join(settings.configDirectory, 'hostler', 'credentials.json')

interface Named {
  readonly file: string
  readonly from: string
}

const required = async ({ file, from }: Named): Promise<Credentials> => {
  const credentials = await readCredentials(file)
  if (credentials === undefined)
    throw new HostlerError(
      'CREDENTIALS_MISSING',
      `${file} does not exist (named by ${from}); name the right file, or leave ${from} away to use the default`,
    )
  return credentials
}

/**
 * The credentials to use: those that were named, or the first default file that exists.
 * @param option the file of --credentials
 * Throws CREDENTIALS_MISSING, or CONFIG_INVALID when the file is damaged.
 */
export const findCredentials = async (option: string | undefined, settings: CliSettings): Promise<Credentials> => {
  if (option !== undefined) return required({ file: option, from: '--credentials' })
  if (settings.credentialsFile) return required({ file: settings.credentialsFile, from: '$HOSTLER_CREDENTIALS' })
  const files = [userCredentialsFile(settings), settings.adminCredentialsFile]
  for (const file of files) {
    const credentials = await readCredentials(file)
    if (credentials !== undefined) return credentials
  }
  throw new HostlerError(
    'CREDENTIALS_MISSING',
    `no credentials were found: neither ${files.join(' nor ')} exists. On the controller's machine, start it once (hostler up). ` +
      'Elsewhere, run there: hostler token create --kind user, and here the command that it prints',
  )
}
