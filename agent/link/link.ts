import type { Clock } from '../../shared/clock/clock.ts'
import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import type { Credentials } from '../../shared/identity/credentials-file.ts'
import type { Log } from '../../shared/log/log.ts'
import { controllerChannel } from '../../shared/rpc/channel.ts'
import { contract } from '../../shared/rpc/proto.ts'
import { keepSession } from '../../shared/rpc/reconnecting.ts'
import type { Outbox } from '../diagnose/outbox.ts'
import type { Lease } from './lease.ts'
import { sendReports } from './reports.ts'
import { type AgentSide, runSession } from './session.ts'

export interface LinkOptions {
  /** Read at every attempt, so that a renewed certificate is used. */
  readonly credentials: () => Credentials
  readonly side: AgentSide
  readonly lease: Lease
  /** What the agent found by itself. */
  readonly outbox: Outbox
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
}

/** Short of the lease: whoever was away for an hour is found again before it counts as lost. */
const backoff = { firstMs: 250, factor: 2, capMs: 5_000 } as const

/** Keeps one session with the controller, for as long as the signal lets it. The agent's work does not depend on it. */
export const runLink = ({ credentials, side, lease, outbox, clock, random, log }: LinkOptions, signal: AbortSignal): Promise<void> => {
  const session = async () => {
    const target = controllerChannel(credentials())
    const client = new (contract('agent').AgentLink)(target.address, target.credentials, target.options)
    const left = new AbortController()
    try {
      void sendReports({ client, where: target.address, outbox, log }, AbortSignal.any([signal, left.signal]))
      await runSession({ client, where: target.address, side, lease, clock, log }, signal)
    } finally {
      left.abort()
      client.close()
    }
  }
  const onBroken = (error: unknown, retryMs: number) => {
    const code = error instanceof HostlerError ? error.code : 'INTERNAL'
    log.warn('no session with the controller, replicas keep running', { code, reason: messageOf(error), retryMs })
  }
  return keepSession({ session, backoff, clock, random, onBroken }, signal)
}
