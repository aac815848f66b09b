import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import { withDeadline } from '../../shared/lifecycle/deadline.ts'
import type { Instance, LogOptions, Runtime } from '../runtime/runtime.ts'

const listTimeoutMs = 12_000

/** The log of a replica's newest instance, running or ended. Throws NOT_FOUND, and what the runtime throws. */
export const replicaLogs = async function* (
  runtimes: readonly Runtime[],
  replicaId: string,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const found: { readonly runtime: Runtime; readonly instance: Instance }[] = []
  const problems: string[] = []
  await Promise.all(
    runtimes.map(async (runtime) => {
      try {
        const instances = await withDeadline(runtime.list(), listTimeoutMs, `Listing the instances of ${runtime.name}`)
        for (const instance of instances) if (instance.identity.replicaId === replicaId) found.push({ runtime, instance })
      } catch (error) {
        problems.push(messageOf(error))
      }
    }),
  )
  const [newest] = found.toSorted((a, b) => b.instance.startedUnixMs - a.instance.startedUnixMs)
  if (!newest) {
    const also = problems.length === 0 ? '' : ` (${problems.join('; ')})`
    throw new HostlerError('NOT_FOUND', `No container or process of replica ${replicaId} is on this host${also}`)
  }
  yield* newest.runtime.logs(newest.instance, options, signal)
}
