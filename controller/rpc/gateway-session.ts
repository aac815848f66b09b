import type { ServerDuplexStream } from '@grpc/grpc-js'
import type { GatewayMessage__Output } from '../../proto/generated/hostler/v1/GatewayMessage.ts'
import type { GatewayUpdate } from '../../proto/generated/hostler/v1/GatewayUpdate.ts'
import { systemTimers, type Timers } from '../../shared/clock/timers.ts'
import { protocolVersion, speaksWith } from '../../shared/config/version.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { EngineLoad } from '../../shared/fleet/engine-load.ts'
import type { Snapshot } from '../../shared/fleet/membership.ts'
import type { Log } from '../../shared/log/log.ts'
import { forWire } from '../../shared/rpc/codec/mutable.ts'
import { trafficFromWire } from '../../shared/rpc/codec/traffic.ts'
import { toServiceError } from '../../shared/rpc/errors.ts'
import type { ToldLoads } from '../usecases/engine-loads.ts'
import type { GatewayPort, GatewayRegistry } from '../usecases/gateway-registry.ts'
import type { TrafficFigures, TrafficSource } from '../usecases/traffic.ts'

export interface GatewaySessionOptions {
  readonly gatewayId: string
  readonly gateways: GatewayRegistry
  readonly traffic: TrafficFigures
  readonly current: () => Snapshot | undefined
  /** Figures of engines that are new since what was told. */
  readonly loads: (told: ToldLoads) => readonly EngineLoad[]
  readonly timers?: Timers
  readonly log: Log
}

const pingMs = 2_000

const toWire = (snapshot: Snapshot): GatewayUpdate => {
  const { version, routes, keys } = forWire(snapshot)
  const limited = <T extends { rateLimit?: unknown }>({ rateLimit, ...rest }: T) => ({ ...rest, ...(rateLimit ? { rateLimit } : {}) })
  return {
    snapshot: {
      version,
      routes: routes.map(({ canary, ...route }) => ({ ...limited(route), ...(canary ? { canary } : {}) })),
      keys: keys.map(limited),
    },
  }
}

const loadToWire = ({ kvCacheRatio, ...load }: EngineLoad) => ({ ...load, ...(kvCacheRatio === undefined ? {} : { kvCacheRatio }) })

/** Serves one gateway's stream until it ends: the present snapshot at once, each new one as it is made. */
export const serveGatewaySession = (
  stream: ServerDuplexStream<GatewayMessage__Output, GatewayUpdate>,
  { gatewayId, gateways, traffic, current, loads, timers = systemTimers, log }: GatewaySessionOptions,
): void => {
  let open = true
  let live: ReturnType<GatewayRegistry['connect']> | undefined
  let counts: TrafficSource | undefined
  let cancelPing: (() => void) | undefined
  const close = () => {
    open = false
    cancelPing?.()
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
  const told: ToldLoads = new Map()
  const ping = () => {
    cancelPing = timers.after(pingMs, ping)
    const fresh = loads(told)
    stream.write(fresh.length === 0 ? { ping: {} } : { loads: { loads: fresh.map(loadToWire) } })
  }
  const start = (message: GatewayMessage__Output) => {
    const hello = message.hello
    if (!hello) throw new HostlerError('ARGUMENT_INVALID', 'the first message of a gateway has to be hello')
    if (!speaksWith(hello.protocol)) {
      throw new HostlerError(
        'PROTOCOL_MISMATCH',
        `the gateway speaks protocol ${hello.protocol}, this controller ${protocolVersion}; upgrade the older of the two`,
      )
    }
    live = gateways.connect(gatewayId, hello.address, port)
    counts = traffic.connect(gatewayId)
    live.report({ snapshotVersion: hello.snapshotVersion, outstanding: new Map(), waiting: new Map(), suspects: [] })
    cancelPing = timers.after(pingMs, ping)
    const snapshot = current()
    if (snapshot) port.sendSnapshot(snapshot)
    log.info('gateway connected', { gatewayId, address: hello.address, version: hello.version })
  }
  stream.on('data', (message: GatewayMessage__Output) => {
    try {
      if (!live) start(message)
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
}
