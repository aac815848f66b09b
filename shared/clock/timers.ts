/** Timers as a parameter: what waits for time to pass, beside the Clock that tells it. */
export interface Timers {
  /** Calls back once, so many milliseconds from now on the monotonic clock. Returns what cancels it. */
  after(ms: number, callback: () => void): () => void
  /** A signal that aborts after so many milliseconds. It alone keeps no process alive. */
  timeout(ms: number): AbortSignal
}

export const systemTimers: Timers = {
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
  timeout: (ms) => AbortSignal.timeout(ms),
}
