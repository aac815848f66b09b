import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { errnoOf } from '../../shared/errors/hostler-error.ts'
import { pause } from '../../shared/lifecycle/deadline.ts'
import type { PreflightFacts } from '../runtime/preflight.ts'

type PathState = PreflightFacts['modelPath']

const patienceMs = 2_000

const look = async (path: string): Promise<PathState> => {
  try {
    await access(path, constants.R_OK)
    return 'present'
  } catch (error) {
    return errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR' ? 'missing' : 'unreadable'
  }
}

/** Looks at model paths. A stale network mount can hang for ever and takes a thread with it, so each path is asked once at a time. */
export class PathChecks {
  readonly #pending = new Map<string, Promise<PathState>>()

  async check(path: string, signal: AbortSignal): Promise<PathState> {
    if (path === '') return 'none'
    let pending = this.#pending.get(path)
    if (!pending) {
      pending = look(path).finally(() => this.#pending.delete(path))
      this.#pending.set(path, pending)
    }
    const answer = await Promise.race([pending, pause(patienceMs, signal)])
    return answer === 'elapsed' || answer === 'aborted' ? 'unreadable' : answer
  }
}
