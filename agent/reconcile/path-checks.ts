import { errnoOf } from '../../shared/errors/hostler-error.ts'
import { pause } from '../../shared/lifecycle/deadline.ts'
import type { PreflightFacts } from '../runtime/preflight.ts'
import type { Machine } from './machine.ts'

type PathState = PreflightFacts['modelPath']

const patienceMs = 2_000

/** Looks at model paths. A stale network mount can hang for ever and takes a thread with it, so each path is asked once at a time. */
export class PathChecks {
  readonly #machine: Machine
  readonly #pending = new Map<string, Promise<PathState>>()

  constructor(machine: Machine) {
    this.#machine = machine
  }

  async check(path: string, signal: AbortSignal): Promise<PathState> {
    if (path === '') return 'none'
    let pending = this.#pending.get(path)
    if (!pending) {
      pending = this.#look(path).finally(() => this.#pending.delete(path))
      this.#pending.set(path, pending)
    }
    const answer = await Promise.race([pending, pause(patienceMs, signal, this.#machine.timers)])
    return answer === 'elapsed' || answer === 'aborted' ? 'unreadable' : answer
  }

  async #look(path: string): Promise<PathState> {
    try {
      await this.#machine.checkReadable(path)
      return 'present'
    } catch (error) {
      return errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR' ? 'missing' : 'unreadable'
    }
  }
}
