import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { backoffMs } from '../../../shared/lifecycle/backoff.ts'
import { pause } from '../../../shared/lifecycle/deadline.ts'

export interface ReconnectOptions {
  readonly signal: AbortSignal
  /** Once for each loss. */
  readonly onLost: (error: HostlerError) => void
  readonly onBack: () => void
  /** The controller has answered already, so that even a first opening that fails is a loss. */
  readonly reached?: boolean
  /** The stream may come to an end of its own: that is no loss. */
  readonly finite?: boolean
}

const policy = { firstMs: 250, factor: 2, capMs: 4_000 }

const isLoss = (thrown: unknown): thrown is HostlerError =>
  thrown instanceof HostlerError && (thrown.code === 'CONTROLLER_UNREACHABLE' || thrown.code === 'DEADLINE_EXCEEDED')

/**
 * A stream that outlives the connection: opened again until the signal aborts. Each opening starts with the whole state, so nothing is
 * missed. A first opening that fails throws at once, since then more likely the address is wrong than the controller restarting.
 */
export async function* reconnecting<T>(
  open: () => AsyncIterable<T>,
  { signal, onLost, onBack, reached = false, finite = false }: ReconnectOptions,
): AsyncGenerator<T> {
  let everOpened = reached
  let failures = 0
  while (!signal.aborted) {
    let error: unknown
    try {
      for await (const message of open()) {
        if (failures > 0) onBack()
        everOpened = true
        failures = 0
        yield message
      }
      if (finite) return
      error = new HostlerError('CONTROLLER_UNREACHABLE', 'the controller ended the stream')
    } catch (thrown) {
      error = thrown
    }
    if (signal.aborted) return
    if (!everOpened || !isLoss(error)) throw error
    if (failures === 0) onLost(error)
    await pause(backoffMs(failures, policy), signal)
    failures += 1
  }
}
