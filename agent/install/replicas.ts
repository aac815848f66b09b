import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import type { Instance, Runtime } from '../runtime/runtime.ts'

/** The replicas of this host that run, and what could not be looked at. */
export interface RunningReplicas {
  readonly running: readonly Instance[]
  readonly unseen: readonly string[]
}

export const runningReplicas = async (runtimes: readonly Runtime[]): Promise<RunningReplicas> => {
  const looked = await Promise.all(
    runtimes.map(async (runtime) => {
      try {
        return { instances: await runtime.list(), unseen: [] }
      } catch (error) {
        if (!(error instanceof HostlerError)) throw error
        return { instances: [], unseen: [`${runtime.name}: ${messageOf(error)}`] }
      }
    }),
  )
  return {
    running: looked.flatMap(({ instances }) => instances).filter(({ state }) => state === 'running'),
    unseen: looked.flatMap(({ unseen }) => unseen),
  }
}
