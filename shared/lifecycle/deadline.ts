import { systemTimers, type Timers } from '../clock/timers.ts'
import { HostlerError } from '../errors/hostler-error.ts'

/** A signal that aborts with its parent, or after timeoutMs. */
export const within = (timeoutMs: number, parent?: AbortSignal, timers: Timers = systemTimers): AbortSignal =>
  parent ? AbortSignal.any([parent, timers.timeout(timeoutMs)]) : timers.timeout(timeoutMs)

/**
 * The promise, or DEADLINE_EXCEEDED after timeoutMs. The work itself is not stopped: pass it a signal as well where it takes one.
 */
export const withDeadline = async <T>(work: Promise<T>, timeoutMs: number, what: string, timers: Timers = systemTimers): Promise<T> => {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const cancel = timers.after(timeoutMs, () => reject(new HostlerError('DEADLINE_EXCEEDED', `${what} took longer than ${timeoutMs} ms`)))
  try {
    return await Promise.race([work, late])
  } finally {
    cancel()
  }
}

/** Resolves after ms, or at once when the signal aborts; says which. Never rejects. */
export const pause = (ms: number, signal: AbortSignal, timers: Timers = systemTimers): Promise<'elapsed' | 'aborted'> => {
  if (signal.aborted) return Promise.resolve('aborted')
  const { promise, resolve } = Promise.withResolvers<'elapsed' | 'aborted'>()
  const onAbort = () => {
    cancel()
    resolve('aborted')
  }
  const cancel = timers.after(ms, () => {
    signal.removeEventListener('abort', onAbort)
    resolve('elapsed')
  })
  signal.addEventListener('abort', onAbort, { once: true })
  return promise
}
