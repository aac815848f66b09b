import type { ClientDuplexStream } from '@grpc/grpc-js'
import type { EngineLoad__Output } from '../../../proto/generated/hostler/v1/EngineLoad.ts'
import type { GatewayLinkClient } from '../../../proto/generated/hostler/v1/GatewayLink.ts'
import type { GatewayMessage } from '../../../proto/generated/hostler/v1/GatewayMessage.ts'
import type { GatewayUpdate__Output } from '../../../proto/generated/hostler/v1/GatewayUpdate.ts'
import { systemTimers, type Timers } from '../../../shared/clock/timers.ts'
import { protocolVersion, version } from '../../../shared/config/version.ts'
import { HostlerError, messageOf } from '../../../shared/errors/hostler-error.ts'
import type { EngineLoad } from '../../../shared/fleet/engine-load.ts'
import type { Log } from '../../../shared/log/log.ts'
import { trafficToWire } from '../../../shared/rpc/codec/traffic.ts'
import { fromServiceError } from '../../../shared/rpc/errors.ts'
import type { Gateway } from '../gateway.ts'
import { noTraffic, type Told } from '../observe/traffic.ts'
import { snapshotFromWire } from './snapshot-from-wire.ts'

/** What the link needs of a gateway. */
export type FollowedGateway = Pick<
  Gateway,
  'version' | 'apply' | 'outstanding' | 'suspects' | 'waiting' | 'traffic' | 'anyDraining' | 'onChange'
> &
  Partial<Pick<Gateway, 'takeLoads'>>

export interface SessionOptions {
  readonly client: GatewayLinkClient
  /** `host:port` of the controller, for errors. */
  readonly where: string
  /** Where clients reach this gateway, `host:port`. */
  readonly address: string
  readonly gateway: FollowedGateway
  readonly timers?: Timers
  readonly log: Log
}

const tickMs = 1_000
/** The controller pings every 2 s, so this much silence is a dead stream. */
const silenceMs = 10_000

const loadFromWire = ({ replicaId, running, waiting, kvCacheRatio, ageMs }: EngineLoad__Output): EngineLoad => ({
  ...{ replicaId, running, waiting, ageMs },
  kvCacheRatio: kvCacheRatio ?? undefined,
})

/** One stream to the controller, until it breaks or the signal aborts. Resolves when the signal ended it; rejects with why it broke. */
export const runSession = async (options: SessionOptions, signal: AbortSignal): Promise<void> => {
  const { client, where, address, gateway, timers = systemTimers, log } = options
  const { promise: ended, resolve: end, reject: breakOff } = Promise.withResolvers<void>()
  const stream: ClientDuplexStream<GatewayMessage, GatewayUpdate__Output> = client.Follow()
  let cancelSilence: (() => void) | undefined
  let cancelTick: (() => void) | undefined
  let told = ''

  const heard = () => {
    cancelSilence?.()
    cancelSilence = timers.after(silenceMs, () =>
      breakOff(new HostlerError('CONTROLLER_UNREACHABLE', `the controller at ${where} has said nothing for ${silenceMs / 1_000} s`)),
    )
  }
  const waiting = () => Object.fromEntries([...gateway.waiting()].filter(([, count]) => count > 0))

  /**
   * Version and counts are read in one step, after the version was applied: a replica that drains in it can only lose requests from
   * then on, so that a zero here is final.
   */
  const acknowledge = () => {
    const lines = waiting()
    told = JSON.stringify(lines)
    stream.write({
      ack: {
        snapshotVersion: gateway.version,
        outstanding: Object.fromEntries(gateway.outstanding()),
        suspects: [...gateway.suspects()],
        waiting: lines,
      },
    })
  }
  const take = (update: GatewayUpdate__Output) => {
    heard()
    if (update.loads) gateway.takeLoads?.(update.loads.loads.map(loadFromWire))
    if (!update.snapshot) return
    try {
      gateway.apply(snapshotFromWire(update.snapshot))
      log.debug('membership applied', { version: gateway.version })
    } catch (error) {
      log.error('membership refused, the last one stays in use', { version: update.snapshot.version, reason: messageOf(error) })
    }
    acknowledge()
  }

  stream.on('data', take)
  stream.on('error', (error) => breakOff(fromServiceError(error, where)))
  stream.on('end', () => breakOff(new HostlerError('CONTROLLER_UNREACHABLE', `the controller at ${where} ended the stream`)))
  const onAbort = () => end()
  signal.addEventListener('abort', onAbort, { once: true })
  const off = gateway.onChange(acknowledge)
  const traffic: Told = new Map()
  const tick = () => {
    cancelTick = timers.after(tickMs, tick)
    const changed = gateway.traffic(traffic)
    if (changed) stream.write({ traffic: trafficToWire(changed) })
    if (gateway.anyDraining || JSON.stringify(waiting()) !== told) acknowledge()
  }
  cancelTick = timers.after(tickMs, tick)
  heard()
  // Version 0: what is in use is said by the acknowledgement, which says in the same breath what is still outstanding under it.
  stream.write({ hello: { protocol: protocolVersion, version, address, snapshotVersion: 0 } })
  if (gateway.version > 0) acknowledge()
  // Sent even when there was none: what is counted from now on is then known to be new.
  stream.write({ traffic: trafficToWire(gateway.traffic(traffic) ?? noTraffic) })
  log.info('following the controller', { controller: where, version: gateway.version })
  try {
    if (!signal.aborted) await ended
  } finally {
    signal.removeEventListener('abort', onAbort)
    off()
    cancelTick?.()
    cancelSilence?.()
    stream.cancel()
  }
}
