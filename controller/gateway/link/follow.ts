import type { Clock } from '../../../shared/clock/clock.ts'
import { HostlerError, messageOf } from '../../../shared/errors/hostler-error.ts'
import type { Credentials } from '../../../shared/identity/credentials-file.ts'
import type { Log } from '../../../shared/log/log.ts'
import { controllerChannel } from '../../../shared/rpc/channel.ts'
import { contract } from '../../../shared/rpc/proto.ts'
import { keepSession } from '../../../shared/rpc/reconnecting.ts'
import { type FollowedGateway, runSession } from './session.ts'

export interface FollowOptions {
  /** Read at every attempt, so that a renewed certificate is used. */
  readonly credentials: () => Credentials
  readonly gateway: FollowedGateway
  /** Where clients reach this gateway, `host:port`. */
  readonly address: string
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly log: Log
}

/** Well within the lease: a controller that is back waits for so long before it takes a gateway for gone and stops what that one still asks. */
const backoff = { firstMs: 250, factor: 2, capMs: 2_000 } as const

/** Follows the controller's membership for as long as the signal lets it. While the controller is away the gateway serves what it has. */
export const follow = ({ credentials, gateway, address, clock, random, log }: FollowOptions, signal: AbortSignal): Promise<void> => {
  const session = async () => {
    const target = controllerChannel(credentials())
    const client = new (contract('gateway').GatewayLink)(target.address, target.credentials, target.options)
    try {
      await runSession({ client, where: target.address, address, gateway, log }, signal)
    } finally {
      client.close()
    }
  }
  const onBroken = (error: unknown, retryMs: number) => {
    const code = error instanceof HostlerError ? error.code : 'INTERNAL'
    log.warn('not following the controller, serving the last known membership', { code, reason: messageOf(error), retryMs })
  }
  return keepSession({ session, backoff, clock, random, onBroken }, signal)
}
