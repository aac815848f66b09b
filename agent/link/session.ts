import type { ClientDuplexStream } from '@grpc/grpc-js'
import type { AgentLinkClient } from '../../proto/generated/hostler/v1/AgentLink.ts'
import type { AgentMessage } from '../../proto/generated/hostler/v1/AgentMessage.ts'
import type { ControllerMessage__Output } from '../../proto/generated/hostler/v1/ControllerMessage.ts'
import type { Request__Output } from '../../proto/generated/hostler/v1/Request.ts'
import type { Clock } from '../../shared/clock/clock.ts'
import { systemTimers, type Timers } from '../../shared/clock/timers.ts'
import { protocolVersion, version } from '../../shared/config/version.ts'
import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import { type Answerers, answerTo } from '../../shared/fleet/ask.ts'
import type { Inventory } from '../../shared/fleet/inventory.ts'
import type { HostSpec, ReplicaStatus } from '../../shared/fleet/replica.ts'
import type { HostUsage } from '../../shared/fleet/usage.ts'
import { within } from '../../shared/lifecycle/deadline.ts'
import type { Log } from '../../shared/log/log.ts'
import type { MetricsRound } from '../../shared/metrics/round.ts'
import { askFromWire } from '../../shared/rpc/codec/ask.ts'
import { inventoryToWire, usageToWire } from '../../shared/rpc/codec/inventory.ts'
import { metricFrameToWire } from '../../shared/rpc/codec/metrics.ts'
import { hostSpecFromWire, replicaStatusToWire } from '../../shared/rpc/codec/replica.ts'
import { tuningStatusToWire } from '../../shared/rpc/codec/tuning.ts'
import { fromServiceError } from '../../shared/rpc/errors.ts'
import type { TuningStatus } from '../../shared/tuning/status.ts'
import { sendAnswer } from './answer.ts'
import type { Lease } from './lease.ts'
import { MetricFrames } from './metric-frames.ts'
import { StatusDeltas } from './status-delta.ts'

/** What the link needs of the rest of the agent. */
export interface AgentSide {
  readonly address: string
  readonly bootId: string
  readonly labels: Readonly<Record<string, string>>
  inventory(): Inventory
  /** Calls back when the inventory changed. Returns what ends it. */
  onInventory(listener: () => void): () => void
  /** The same object as before while there is nothing new. */
  usage(): HostUsage
  /** Undefined before the first round. */
  metrics(): MetricsRound | undefined
  specGeneration(): number
  /** Resolves once the spec is on disk. */
  setSpec(spec: HostSpec): Promise<void>
  statuses(): ReadonlyMap<string, ReplicaStatus>
  /** Absent, or true: what is missing among the statuses does not run. Until then nothing is said of them. */
  statusesKnown?(): boolean
  onStatus(listener: () => void): () => void
  /** Absent: this agent does not tune. */
  tuning?(): TuningStatus
  onTuning?(listener: () => void): () => void
  readonly answerers: Answerers
}

export interface SessionOptions {
  readonly client: AgentLinkClient
  /** `host:port`, for errors. */
  readonly where: string
  readonly side: AgentSide
  readonly lease: Lease
  readonly clock: Clock
  readonly timers?: Timers
  readonly log: Log
}

const fullStatusEveryMs = 60_000
/** The controller answers every message, so this much silence is a dead stream. */
const silenceMs = 20_000
const firstHeartbeatMs = 2_000

/** One stream to the controller, until it breaks or the signal aborts. Resolves when the signal ended it; rejects with why it broke. */
export const runSession = async (options: SessionOptions, signal: AbortSignal): Promise<void> => {
  const { client, where, side, lease, clock, timers = systemTimers, log } = options
  const { promise: ended, resolve: end, reject: breakOff } = Promise.withResolvers<void>()
  const stream: ClientDuplexStream<AgentMessage, ControllerMessage__Output> = client.Session()
  const requests = new Map<string, AbortController>()
  const deltas = new StatusDeltas(fullStatusEveryMs)
  const frames = new MetricFrames()
  let seq = 0
  let welcomed = false
  let cancelHeartbeat: (() => void) | undefined
  let cancelSilence: (() => void) | undefined

  const send = (message: AgentMessage) => {
    seq += 1
    lease.sent(seq, clock.monotonicMs())
    stream.write({ ...message, seq })
  }
  const heard = () => {
    cancelSilence?.()
    cancelSilence = timers.after(silenceMs, () => {
      breakOff(new HostlerError('CONTROLLER_UNREACHABLE', `the controller at ${where} has said nothing for ${silenceMs / 1_000} s`))
    })
  }
  const report = () => {
    if (!welcomed || side.statusesKnown?.() === false) return
    const delta = deltas.next(side.statuses(), clock.monotonicMs())
    if (delta) {
      send({
        status: {
          version: delta.version,
          baseVersion: delta.baseVersion,
          full: delta.full,
          removed: [...delta.removed],
          changed: delta.changed.map(replicaStatusToWire),
        },
      })
    }
  }
  let toldInventory = side.inventory()
  const tellInventory = () => {
    const inventory = side.inventory()
    if (!welcomed || inventory === toldInventory) return
    toldInventory = inventory
    send({ inventory: inventoryToWire(inventory) })
  }
  let toldTuning = side.tuning?.()
  const tellTuning = () => {
    const status = side.tuning?.()
    if (!welcomed || !status || status === toldTuning) return
    toldTuning = status
    send({ tuning: tuningStatusToWire(status) })
  }
  let toldUsage: HostUsage | undefined
  const beat = () => {
    const usage = side.usage()
    const metrics = frames.next(side.metrics())
    send({
      heartbeat: { ...(usage !== toldUsage && { usage: usageToWire(usage) }), ...(metrics && { metrics: metricFrameToWire(metrics) }) },
    })
    toldUsage = usage
    report()
  }
  const takeSpec = async (spec: HostSpec) => {
    try {
      await side.setSpec(spec)
      send({ specAck: { generation: spec.generation } })
    } catch (error) {
      log.error('host spec refused', { generation: spec.generation, error })
      send({ specAck: { generation: side.specGeneration(), error: messageOf(error) } })
    }
  }
  const takeRequest = (request: Request__Output) => {
    if (request.cancel) {
      requests.get(request.cancel.requestId)?.abort()
      return
    }
    const ask = askFromWire(request)
    if (!ask || !side.answerers[ask.kind]) {
      send({ refusal: { requestId: request.id, code: 'PROTOCOL_MISMATCH', message: 'this agent does not know that request; upgrade it' } })
      return
    }
    if (requests.has(request.id)) return
    const cancelled = new AbortController()
    requests.set(request.id, cancelled)
    const bounded = AbortSignal.any([cancelled.signal, within(Math.min(request.deadlineMs, 2 ** 31 - 1), signal, timers)])
    sendAnswer(client, request.id, (ended) => answerTo(side.answerers, ask, ended) ?? [], bounded).finally(() =>
      requests.delete(request.id),
    )
  }
  const take = (message: ControllerMessage__Output) => {
    heard()
    lease.acknowledged(message.ackSeq)
    if (message.welcome) {
      welcomed = true
      lease.setDuration(message.welcome.leaseMs)
      keepBeating(message.welcome.heartbeatMs || firstHeartbeatMs)
      log.info('connected to the controller', {
        controller: where,
        hostId: message.welcome.hostId,
        version: message.welcome.controllerVersion,
      })
      report()
      // What changed while the hello was on its way.
      tellInventory()
      tellTuning()
    }
    if (message.spec) void takeSpec(hostSpecFromWire(message.spec))
    if (message.statusAck) {
      deltas.acknowledged(message.statusAck.version, message.statusAck.resync)
      report()
    }
    if (message.request) takeRequest(message.request)
  }
  const keepBeating = (everyMs: number) => {
    cancelHeartbeat?.()
    cancelHeartbeat = timers.after(everyMs, () => {
      keepBeating(everyMs)
      try {
        beat()
      } catch (error) {
        breakOff(error)
      }
    })
  }

  stream.on('data', (message: ControllerMessage__Output) => {
    try {
      take(message)
    } catch (error) {
      breakOff(error)
    }
  })
  stream.on('error', (error) => breakOff(fromServiceError(error, where)))
  stream.on('end', () => breakOff(new HostlerError('CONTROLLER_UNREACHABLE', `the controller at ${where} ended the session`)))
  signal.addEventListener('abort', () => end(), { once: true })
  const offs = [side.onStatus(report), side.onInventory(tellInventory), side.onTuning?.(tellTuning)]
  lease.newStream()
  heard()
  send({
    hello: {
      protocol: protocolVersion,
      agentVersion: version,
      address: side.address,
      specGeneration: side.specGeneration(),
      inventory: inventoryToWire(toldInventory),
      bootId: side.bootId,
      labels: { ...side.labels },
      ...(toldTuning ? { tuning: tuningStatusToWire(toldTuning) } : {}),
    },
  })
  try {
    await ended
  } finally {
    for (const off of offs) off?.()
    cancelHeartbeat?.()
    cancelSilence?.()
    for (const cancelled of requests.values()) cancelled.abort()
    stream.cancel()
  }
}
