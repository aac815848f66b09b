import type { GatewayLinkHandlers } from '../../proto/generated/hostler/v1/GatewayLink.ts'
import type { GatewayMessage__Output } from '../../proto/generated/hostler/v1/GatewayMessage.ts'
import type { GatewayUpdate } from '../../proto/generated/hostler/v1/GatewayUpdate.ts'
import { protocolVersion, speaksWith } from '../../shared/config/version.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Snapshot } from '../../shared/fleet/membership.ts'
import type { Log } from '../../shared/log/log.ts'
import { forWire } from '../../shared/rpc/codec/mutable.ts'
import { trafficFromWire } from '../../shared/rpc/codec/traffic.ts'
import { toServiceError } from '../../shared/rpc/errors.ts'
import type { Facts } from '../usecases/facts.ts'
import type { GatewayPort, GatewayRegistry } from '../usecases/gateway-registry.ts'
import type { TrafficFigures, TrafficSource } from '../usecases/traffic.ts'
import { callerOfKind } from './caller.ts'

export interface GatewayLinkOptions {
  readonly facts: Facts
  readonly gateways: GatewayRegistry
  readonly traffic: TrafficFigures
  readonly current: () => Snapshot | undefined
  readonly log: Log
}

const pingMs = 2_000

const toWire = (snapshot: Snapshot): GatewayUpdate => {
  const { version, routes, keys } = forWire(snapshot)
  const limited = <T extends { rateLimit?: unknown }>({ rateLimit, ...rest }: T) => ({ ...rest, ...(rateLimit ? { rateLimit } : {}) })
  return { snapshot: { version, routes: routes.map(limited), keys: keys.map(limited) } }
}

/** The service that gateways connect to: the present snapshot at once, each new one as it is made. */
export const gatewayLink = ({ facts, gateways, traffic, current, log }: GatewayLinkOptions): GatewayLinkHandlers => ({
  Follow: (stream) => {
    let open = true
    let live: ReturnType<GatewayRegistry['connect']> | undefined
    let counts: TrafficSource | undefined
    let ping: NodeJS.Timeout | undefined
    const close = () => {
      open = false
      clearInterval(ping)
      live?.closed()
      live = undefined
      counts?.closed()
      counts = undefined
    }
    const fail = (error: unknown) => {
      if (!open) return
      close()
      stream.emit('error', toServiceError(error))
    }
    const port: GatewayPort = {
      sendSnapshot: (snapshot) => open && stream.write(toWire(snapshot)),
      close: (reason) => fail(new HostlerError('CONFLICT', reason)),
    }
    const start = (id: string, message: GatewayMessage__Output) => {
      const hello = message.hello
      if (!hello) throw new HostlerError('ARGUMENT_INVALID', 'the first message of a gateway has to be hello')
      if (!speaksWith(hello.protocol)) {
        throw new HostlerError(
          'PROTOCOL_MISMATCH',
          `the gateway speaks protocol ${hello.protocol}, this controller ${protocolVersion}; upgrade the older of the two`,
        )
      }
      live = gateways.connect(id, hello.address, port)
      counts = traffic.connect(id)
      live.report({ snapshotVersion: hello.snapshotVersion, outstanding: new Map(), waiting: new Map(), suspects: [] })
      ping = setInterval(() => open && stream.write({ ping: {} }), pingMs)
      const snapshot = current()
      if (snapshot) port.sendSnapshot(snapshot)
      log.info('gateway connected', { gatewayId: id, address: hello.address, version: hello.version })
    }
    try {
      const { id } = callerOfKind(stream, facts, 'gateway')
      stream.on('data', (message: GatewayMessage__Output) => {
        try {
          if (!live) start(id, message)
          else if (message.traffic) counts?.take(trafficFromWire(message.traffic))
          else if (message.ack) {
            const { snapshotVersion, outstanding, waiting, suspects } = message.ack
            live.report({
              snapshotVersion,
              outstanding: new Map(Object.entries(outstanding)),
              waiting: new Map(Object.entries(waiting)),
              suspects,
            })
          }
        } catch (error) {
          fail(error)
        }
      })
      stream.on('cancelled', close)
      stream.on('error', close)
      stream.on('end', () => {
        if (open) stream.end()
        close()
      })
    } catch (error) {
      fail(error)
    }
  },
})
