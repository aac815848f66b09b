import { join } from 'node:path'
import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import { lockThere } from '../../shared/lifecycle/directory-lock.ts'
import type { Places } from './places.ts'

/**
 * One tuner for a host, whatever its data directory is: it is the host's /etc that is locked, of which a service may write
 * some folders only. Throws CONFLICT naming who has it.
 */
export const lockHost = async ({ root }: Places): Promise<AsyncDisposable> => {
  try {
    return await lockThere(join(root, '/etc'))
  } catch (error) {
    if (!(error instanceof HostlerError) || error.code !== 'DATA_DIR_LOCKED') throw error
    const holder = /process (\d+)/.exec(messageOf(error))?.[1] ?? 'unknown'
    throw new HostlerError(
      'CONFLICT',
      `process ${holder} already tunes this host, and two would undo each other's work; stop that one, or tune the host with it`,
      { cause: error },
    )
  }
}
