import { setTimeout as pause } from 'node:timers/promises'

export interface WaitOptions {
  /** How long to keep trying, in milliseconds. */
  readonly deadlineMs: number
  /** What is waited for, as it reads after "waited for": "host A to answer". */
  readonly what: string
  readonly everyMs?: number
  readonly signal?: AbortSignal
}

/**
 * Calls `attempt` until it returns something other than undefined or false without throwing, and returns that.
 * After the deadline it fails with what was last seen. One attempt that hangs is cut off by the deadline too.
 */
export const eventually = async <T>(
  attempt: () => T | Promise<T>,
  { deadlineMs, what, everyMs = 50, signal }: WaitOptions,
): Promise<Exclude<T, undefined | false>> => {
  const end = performance.now() + deadlineMs
  let lastSeen: unknown = 'no attempt finished'
  for (;;) {
    signal?.throwIfAborted()
    const outcome = await settled(attempt, Math.max(1, end - performance.now()))
    if (outcome.kind === 'value') {
      if (outcome.value !== undefined && outcome.value !== false) return outcome.value as Exclude<T, undefined | false>
      lastSeen = outcome.value
    } else if (outcome.kind === 'error') {
      lastSeen = outcome.error
    }
    if (performance.now() + everyMs >= end) {
      const seen = lastSeen instanceof Error ? lastSeen.message : String(lastSeen)
      throw new Error(`waited ${deadlineMs} ms for ${what}; last seen: ${seen}`, { cause: lastSeen })
    }
    await pause(everyMs, undefined, signal ? { signal } : {})
  }
}

type Outcome<T> = { kind: 'value'; value: T } | { kind: 'error'; error: unknown } | { kind: 'late' }

const settled = async <T>(attempt: () => T | Promise<T>, limitMs: number): Promise<Outcome<T>> => {
  const { promise: late, resolve } = Promise.withResolvers<Outcome<T>>()
  const timer = setTimeout(() => resolve({ kind: 'late' }), limitMs)
  try {
    return await Promise.race([outcomeOf(attempt), late])
  } finally {
    clearTimeout(timer)
  }
}

const outcomeOf = async <T>(attempt: () => T | Promise<T>): Promise<Outcome<T>> => {
  try {
    return { kind: 'value', value: await attempt() }
  } catch (error) {
    return { kind: 'error', error }
  }
}
