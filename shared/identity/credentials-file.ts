import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { errnoOf, HostlerError, messageOf } from '../errors/hostler-error.ts'
import { writeFileAtomic } from '../lifecycle/atomic-file.ts'
import { identityKinds } from './subject.ts'

const schema = z.strictObject({
  version: z.literal(1),
  kind: z.enum(identityKinds),
  id: z.string(),
  name: z.string(),
  /** Mutual-TLS endpoint of the controller, `host:port`. */
  controller: z.string(),
  caPem: z.string(),
  certificatePem: z.string(),
  privateKeyPem: z.string(),
})

/** All that one identity needs to reach its controller. */
export type Credentials = z.output<typeof schema>

/** Undefined when there is no such file; throws CONFIG_INVALID when it is damaged. */
export const readCredentials = async (file: string): Promise<Credentials | undefined> => {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw new HostlerError('CREDENTIALS_MISSING', `cannot read ${file}: ${messageOf(error)}`, { cause: error })
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    throw new HostlerError('CONFIG_INVALID', `${file} is not a credentials file of this version; remove it and join again`, {
      cause: error,
    })
  }
}

/** Written whole or not at all, readable by its owner only. */
export const writeCredentials = (file: string, credentials: Credentials): Promise<void> =>
  writeFileAtomic(file, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 })
