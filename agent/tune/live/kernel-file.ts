import { constants } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { errnoOf, messageOf } from '../../../shared/errors/hostler-error.ts'
import { normalValue } from '../../../shared/tuning/value.ts'
import type { Reading } from './live.ts'

/** A value that the kernel shows as a file. */
export const readKernelFile = async (file: string): Promise<Reading> => {
  try {
    return { state: 'value', value: normalValue(await readFile(file, 'utf8')) }
  } catch (error) {
    return errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR'
      ? { state: 'absent', why: `there is no ${file}` }
      : { state: 'unreadable', why: `${file} cannot be read: ${messageOf(error)}` }
  }
}

const refusals: Readonly<Record<string, string>> = {
  EINVAL: 'the kernel refuses this value (EINVAL): it is out of range, or contradicts another setting',
  ERANGE: 'the kernel refuses this value (ERANGE): it is out of range',
  ENOENT: 'this kernel has no such setting (ENOENT): a module is not loaded, or the kernel is too old',
  EROFS: 'it is mounted read-only (EROFS), as in a container; run the agent on the host itself',
  EACCES: 'the agent may not (EACCES); it needs root',
  EPERM: 'the agent may not (EPERM); it needs root in the first user namespace',
  EBUSY: 'the kernel is busy with it (EBUSY)',
}

const anyWriteBit = 0o222

/** Why root was refused where a file's mode is the reason; undefined for others, whom the mode tells nothing new. */
const readOnlyEvenToRoot = async (file: string): Promise<string | undefined> => {
  if (process.geteuid?.() !== 0) return undefined
  const mode = await stat(file).then(
    (status) => status.mode,
    () => anyWriteBit,
  )
  if ((mode & anyWriteBit) !== 0) return undefined
  return file.includes('/sys/net/')
    ? 'in this network namespace it can only be read (EACCES): it is one value for the whole host, and only the first network namespace may set it; run the agent there'
    : 'the kernel lets nobody write it, root neither (EACCES)'
}

const whyRefused = async (file: string, error: unknown): Promise<string> => {
  const errno = errnoOf(error)
  return (errno === 'EACCES' ? await readOnlyEvenToRoot(file) : undefined) ?? refusals[errno] ?? messageOf(error)
}

/** Sets a value; throws an error whose message says why the kernel did not take it. */
export const writeKernelFile = async (file: string, value: string): Promise<void> => {
  try {
    const handle = await open(file, constants.O_WRONLY | constants.O_TRUNC)
    try {
      // With a line break: writing nothing at all changes nothing, and an empty value is one too.
      await handle.writeFile(`${value}\n`)
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw new Error(`"${value}" could not be written to ${file}: ${await whyRefused(file, error)}`, { cause: error })
  }
}
