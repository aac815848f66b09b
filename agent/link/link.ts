import type { Clock } from '../../shared/clock/clock.ts'
import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import type { Credentials } from '../../shared/identity/credentials-file.ts'
import { backoffMs, jitter } from '../../shared/lifecycle/backoff.ts'
import { pause } from '../../shared/lifecycle/deadline.ts'
import type { Log } from '../../shared/log/log.ts'
import { controllerChannel } from '../../shared/rpc/channel.ts'
import { contract } from '../../shared/rpc/proto.ts'
import type { Lease } from './lease.ts'
import { type AgentSide, runSession } from './session.ts'

export interface LinkOptions {
  /** Read at every attempt, so that a renewed certificate is used. */
  readonly credentials: () => Credentials
  readonly side: AgentSide
  readonly lease: Lease
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
}

const backoff = { firstMs: 250, factor: 2, capMs: 15_000 } as const
/** A session that lasted this long was a good one: the next attempt comes soon. */
const goodSessionMs = 10_000

/** Keeps one session with the controller, for as long as the signal lets it. The agent's work does not depend on it. */
export const runLink = async ({ credentials, side, lease, clock, random, log }: LinkOptions, signal: AbortSignal): Promise<void> => {
  let attempt = 0
  while (!signal.aborted) {
    const target = controllerChannel(credentials())
    const client = new (contract('agent').AgentLink)(target.address, target.credentials, target.options)
    const startedMs = clock.monotonicMs()
    try {
      await runSession({ client, where: target.address, side, lease, clock, log }, signal)
    } catch (error) {
      if (clock.monotonicMs() - startedMs > goodSessionMs) attempt = 0
      const waitMs = jitter(backoffMs(attempt, backoff), random())
      attempt += 1
      const code = error instanceof HostlerError ? error.code : 'INTERNAL'
      log.warn('no session with the controller, replicas keep running', { code, error: messageOf(error), retryMs: waitMs })
      client.close()
      await pause(waitMs, signal)
    } finally {
      client.close()
    }
  }
}
