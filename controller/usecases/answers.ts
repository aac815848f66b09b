import { HostlerError } from '../../shared/errors/hostler-error.ts'

interface Pending {
  readonly hostId: string
  readonly onData: (data: Buffer) => Promise<void> | void
  readonly settle: (error?: HostlerError) => void
}

/** Pairs a request on an agent's session with the stream on which its answer comes. */
export class Answers {
  readonly #pending = new Map<string, Pending>()

  /**
   * Waits for the answer to a request. `onData` may return a promise to hold the agent back. Resolves at the end of the answer, rejects with
   * what the agent refused with, or when the signal aborts.
   */
  expect(requestId: string, hostId: string, onData: Pending['onData'], signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const settle = (error?: HostlerError) => {
      this.#pending.delete(requestId)
      signal.removeEventListener('abort', abort)
      if (error) reject(error)
      else resolve()
    }
    const abort = () => settle(new HostlerError('DEADLINE_EXCEEDED', 'the request was cancelled or ran out of time'))
    if (signal.aborted) abort()
    else {
      signal.addEventListener('abort', abort, { once: true })
      this.#pending.set(requestId, { hostId, onData, settle })
    }
    return promise
  }

  /** False when nobody waits any more: the agent may stop. An answer from another host than the one asked is nobody's. */
  async data(requestId: string, hostId: string, data: Buffer): Promise<boolean> {
    const pending = this.#of(requestId, hostId)
    await pending?.onData(data)
    return pending !== undefined
  }

  end(requestId: string, hostId: string, error?: HostlerError): void {
    this.#of(requestId, hostId)?.settle(error)
  }

  /** The session of a host is over: its answers will not come. */
  hostGone(hostId: string): void {
    for (const pending of this.#pending.values()) {
      if (pending.hostId === hostId)
        pending.settle(new HostlerError('HOST_UNREACHABLE', 'the agent of this host lost its connection; try again'))
    }
  }

  #of(requestId: string, hostId: string): Pending | undefined {
    const pending = this.#pending.get(requestId)
    return pending?.hostId === hostId ? pending : undefined
  }
}
