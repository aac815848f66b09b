import { HostlerError } from '../errors/hostler-error.ts'

/** A signal that aborts with its parent, or after timeoutMs. */
export const within = (timeoutMs: number, parent?: AbortSignal): AbortSignal =>
  parent ? AbortSignal.any([parent, AbortSignal.timeout(timeoutMs)]) : AbortSignal.timeout(timeoutMs)

/**
 * The promise, or DEADLINE_EXCEEDED after timeoutMs. The work itself is not stopped: pass it a signal as well where it takes one.
 */
export const withDeadline = async <T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> => {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new HostlerError('DEADLINE_EXCEEDED', `${what} took longer than ${timeoutMs} ms`)), timeoutMs)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Resolves after ms, or at once when the signal aborts; says which. Never rejects. */
export const pause = (ms: number, signal: AbortSignal): Promise<'elapsed' | 'aborted'> => {
  if (signal.aborted) return Promise.resolve('aborted')
  const { promise, resolve } = Promise.withResolvers<'elapsed' | 'aborted'>()
  const onAbort = () => {
    clearTimeout(timer)
    resolve('aborted')
  }
  const timer = setTimeout(() => {
    signal.removeEventListener('abort', onAbort)
    resolve('elapsed')
  }, ms)
  signal.addEventListener('abort', onAbort, { once: true })
  return promise
}
