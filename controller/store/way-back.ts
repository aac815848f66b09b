import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { backupsDirectory, listBackups, restoreCommand } from './backups.ts'

/** What to do about a damaged database, with the newest copy named. */
const wayBack = async (file: string): Promise<string> => {
  const directory = backupsDirectory(file)
  const [newest, ...older] = await listBackups(directory)
  if (!newest) return `Nothing was changed. No backup lies in ${directory}; with one from elsewhere: ${restoreCommand(file, 'FILE')}`
  const others = older.length === 0 ? 'the only backup there' : `the newest of ${older.length + 1} there`
  return `Nothing was changed. Put back a backup: ${restoreCommand(file, newest.file)} (${others})`
}

/** Adds the way back to STORE_CORRUPT. */
export const withWayBack = async <T>(file: string, task: () => Promise<T>): Promise<T> => {
  try {
    return await task()
  } catch (error) {
    if (!(error instanceof HostlerError) || error.code !== 'STORE_CORRUPT') throw error
    throw new HostlerError('STORE_CORRUPT', `${error.message}. ${await wayBack(file)}`, { cause: error.cause })
  }
}
