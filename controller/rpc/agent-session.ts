import type { ServerDuplexStream } from '@grpc/grpc-js'
import type { AgentMessage__Output } from '../../proto/generated/hostler/v1/AgentMessage.ts'
import type { ControllerMessage } from '../../proto/generated/hostler/v1/ControllerMessage.ts'
import type { Hello__Output } from '../../proto/generated/hostler/v1/Hello.ts'
import { systemTimers, type Timers } from '../../shared/clock/timers.ts'
import { protocolVersion, speaksWith, version } from '../../shared/config/version.ts'
import { HostlerError, isErrorCode } from '../../shared/errors/hostler-error.ts'
import type { Log } from '../../shared/log/log.ts'
import { askToWire } from '../../shared/rpc/codec/ask.ts'
import { inventoryFromWire, usageFromWire } from '../../shared/rpc/codec/inventory.ts'
import { metricFrameFromWire } from '../../shared/rpc/codec/metrics.ts'
import { hostSpecToWire, replicaStatusFromWire } from '../../shared/rpc/codec/replica.ts'
import { tuningStatusFromWire } from '../../shared/rpc/codec/tuning.ts'
import { toServiceError } from '../../shared/rpc/errors.ts'
import type { AgentPort } from '../usecases/agent-port.ts'
import type { Answers } from '../usecases/answers.ts'
import type { HostConnection, HostRegistry } from '../usecases/host-registry.ts'
import type { FleetMetrics } from '../usecases/metrics.ts'

export interface SessionSettings {
  readonly leaseMs: number
  readonly heartbeatMs: number
}

export interface SessionOptions {
  readonly hostId: string
  readonly hosts: HostRegistry
  readonly answers: Answers
  readonly metrics: FleetMetrics
  readonly settings: SessionSettings
  readonly timers?: Timers
  readonly log: Log
}

type Stream = ServerDuplexStream<AgentMessage__Output, ControllerMessage>

const helloDeadlineMs = 10_000

const checkedHello = (message: AgentMessage__Output): Hello__Output => {
  const hello = message.hello
  if (!hello?.inventory) throw new HostlerError('ARGUMENT_INVALID', 'the first message of a session has to be hello with an inventory')
  if (!speaksWith(hello.protocol)) {
    throw new HostlerError(
      'PROTOCOL_MISMATCH',
      `the agent speaks protocol ${hello.protocol} (version ${hello.agentVersion}), this controller ${protocolVersion} (version ${version}); upgrade the older of the two`,
    )
  }
  return hello
}

/** Serves one agent's stream until it ends. Every message is acknowledged by its number: that renews the agent's lease. */
export const serveAgentSession = (stream: Stream, options: SessionOptions): void => {
  const { hostId, hosts, answers, metrics, timers = systemTimers, log } = options
  let connection: HostConnection | undefined
  let ackSeq = 0
  let open = true

  const send = (message: ControllerMessage) => {
    if (open) stream.write({ ...message, ackSeq })
  }
  const fail = (error: unknown) => {
    if (!open) return
    open = false
    log.warn('agent session refused', { hostId, error })
    stream.emit('error', toServiceError(error))
    closed()
  }
  const closed = () => {
    cancelHello()
    connection?.closed()
    connection = undefined
    answers.hostGone(hostId)
  }
  const cancelHello = timers.after(helloDeadlineMs, () => fail(new HostlerError('DEADLINE_EXCEEDED', 'no hello within 10 s')))

  const port: AgentPort = {
    sendSpec: (spec) => send({ spec: hostSpecToWire(spec) }),
    ask: (requestId, ask, deadlineMs) => send({ request: { id: requestId, deadlineMs, ...askToWire(ask) } }),
    cancelRequest: (requestId) => send({ request: { id: requestId, cancel: { requestId } } }),
    close: (reason) => fail(new HostlerError('CONFLICT', reason)),
  }

  const start = (message: AgentMessage__Output) => {
    const hello = checkedHello(message)
    cancelHello()
    const { leaseMs, heartbeatMs } = options.settings
    send({ welcome: { hostId, leaseMs, heartbeatMs, protocol: protocolVersion, controllerVersion: version } })
    connection = hosts.connect(
      hostId,
      {
        agentVersion: hello.agentVersion,
        protocol: hello.protocol,
        address: hello.address,
        specGeneration: hello.specGeneration,
        labels: hello.labels,
        inventory: inventoryFromWire(hello.inventory as NonNullable<Hello__Output['inventory']>),
        ...(hello.tuning ? { tuning: tuningStatusFromWire(hello.tuning) } : {}),
      },
      port,
    )
    log.info('agent connected', { hostId, address: hello.address, version: hello.agentVersion })
  }

  const take = (message: AgentMessage__Output, live: HostConnection) => {
    live.heard()
    if (message.heartbeat?.usage) live.usage(usageFromWire(message.heartbeat.usage))
    if (message.heartbeat?.metrics) metrics.take(hostId, metricFrameFromWire(message.heartbeat.metrics))
    if (message.inventory) live.inventory(inventoryFromWire(message.inventory))
    if (message.tuning) live.tuning(tuningStatusFromWire(message.tuning))
    if (message.specAck) live.specAcked(message.specAck.generation, message.specAck.error)
    if (message.refusal) {
      const { requestId, code, message: text } = message.refusal
      answers.end(requestId, hostId, new HostlerError(isErrorCode(code) ? code : 'INTERNAL', text))
    }
    if (message.status) {
      const { version: statusVersion, baseVersion, full, changed, removed } = message.status
      const taken = live.status({ version: statusVersion, baseVersion, full, changed: changed.map(replicaStatusFromWire), removed })
      send({ statusAck: { version: statusVersion, resync: !taken } })
    } else send({ ping: {} })
  }

  stream.on('data', (message: AgentMessage__Output) => {
    ackSeq = Math.max(ackSeq, message.seq)
    try {
      if (connection) take(message, connection)
      else start(message)
    } catch (error) {
      fail(error)
    }
  })
  stream.on('cancelled', () => {
    open = false
    closed()
  })
  stream.on('error', () => {
    open = false
    closed()
  })
  stream.on('end', () => {
    if (open) stream.end()
    open = false
    closed()
  })
}
