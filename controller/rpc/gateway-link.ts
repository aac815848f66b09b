import type { GatewayLinkHandlers } from '../../proto/generated/hostler/v1/GatewayLink.ts'
import { toServiceError } from '../../shared/rpc/errors.ts'
import type { Facts } from '../usecases/facts.ts'
import { callerOfKind } from './caller.ts'
import { type GatewaySessionOptions, serveGatewaySession } from './gateway-session.ts'

export interface GatewayLinkOptions extends Omit<GatewaySessionOptions, 'gatewayId'> {
  readonly facts: Facts
}

/** The service that gateways connect to. */
export const gatewayLink = ({ facts, ...options }: GatewayLinkOptions): GatewayLinkHandlers => ({
  Follow: (stream) => {
    try {
      const { id } = callerOfKind(stream, facts, 'gateway')
      serveGatewaySession(stream, { gatewayId: id, ...options })
    } catch (error) {
      stream.emit('error', toServiceError(error))
    }
  },
})
