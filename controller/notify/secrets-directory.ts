import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf, HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'

/** Text of a secret by its name. Throws NOTICE_FAILED without showing any of it. */
export type ReadSecret = (name: string) => Promise<string>

const mostBytes = 65_536

/** Read at each use, so that a secret can be changed while the controller runs. Names are checked by the schema: they lead nowhere else. */
export const secretsDirectory =
  (directory: string): ReadSecret =>
  async (name) => {
    const file = join(directory, name)
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      const why = errnoOf(cause) === 'ENOENT' ? 'is not there' : messageOf(cause)
      throw new HostlerError(
        'NOTICE_FAILED',
        `the secret ${name}: ${file} ${why}; write its text into that file, readable by the controller alone`,
      )
    })
    const secret = text.trimEnd()
    if (secret !== '' && text.length <= mostBytes) return secret
    throw new HostlerError('NOTICE_FAILED', `the secret ${name}: ${file} is ${secret === '' ? 'empty' : 'too large'}`)
  }
