import { chmod, chown, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errnoOf, HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'

/** Called before every single change of the host with a name for it; a test halts there. */
export type StepHook = (step: string) => void | Promise<void>

export interface ReplaceOptions {
  /** Permission bits of a new file; an existing one keeps its bits and owner. */
  readonly mode: number
  readonly onStep: StepHook
}

/** A fixed name, so that what a crash leaves is found again; a leading dot and this ending are read by no one. */
const temporaryOf = (file: string): string => join(dirname(file), `.${basename(file)}.hostler-tuning`)

const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The file that a chain of links ends in, so that a link of a configuration manager stays one. */
const followed = (file: string): Promise<string> => realpath(file).catch(() => file)

/**
 * Replaces a file whole or not at all, durably, and keeps owner and permissions. Makes missing directories (0755). Throws DISK_FULL,
 * or CONFLICT where the place cannot be written.
 */
export const replaceFile = async (file: string, text: string, { mode, onStep }: ReplaceOptions): Promise<void> => {
  const target = await followed(file)
  if (target === '/dev/null')
    throw new HostlerError(
      'CONFLICT',
      `${file} is masked: it is a link to /dev/null, which an administrator made; remove the link to tune this host`,
    )
  const temporary = temporaryOf(target)
  try {
    await onStep(`write ${file}`)
    await mkdir(dirname(target), { recursive: true, mode: 0o755 })
    const old = await stat(target).catch(() => undefined)
    await rm(temporary, { force: true })
    const handle = await open(temporary, 'wx', mode)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    // Past the umask, which a service sets.
    await chmod(temporary, old ? old.mode & 0o7777 : mode)
    if (old) await chown(temporary, old.uid, old.gid)
    await onStep(`rename ${file}`)
    await rename(temporary, target)
    await syncDirectory(dirname(target))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw writeError(file, error)
  }
}

/** Removes a file durably; none is fine. */
export const removeFile = async (file: string, onStep: StepHook): Promise<void> => {
  await onStep(`remove ${file}`)
  try {
    await rm(file, { force: true })
    await syncDirectory(dirname(file))
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw writeError(file, error)
  }
}

/** Removes what a crash left beside a file. */
export const removeLeftover = async (file: string): Promise<void> => {
  await rm(temporaryOf(await followed(file)), { force: true }).catch(() => {})
}

const writeError = (file: string, error: unknown): unknown => {
  const errno = errnoOf(error)
  if (errno === 'ENOSPC' || errno === 'EDQUOT')
    return new HostlerError('DISK_FULL', `${file} could not be written: the disk is full; free some space there`, { cause: error })
  if (errno === 'EROFS' || errno === 'EACCES' || errno === 'EPERM')
    return new HostlerError(
      'CONFLICT',
      `${file} could not be written: ${messageOf(error)}; the agent needs root and a writable directory`,
      {
        cause: error,
      },
    )
  return error
}
