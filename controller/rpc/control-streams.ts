import type { ControlHandlers } from '../../proto/generated/hostler/v1/Control.ts'
import type { FleetView } from '../../proto/generated/hostler/v1/FleetView.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { Wake } from '../../shared/lifecycle/wake.ts'
import type { Log } from '../../shared/log/log.ts'
import type { EventLevel } from '../domain/model.ts'
import type { EventRecord } from '../store/store.ts'
import type { Ledger } from '../usecases/ledger.ts'
import { personWith } from './caller.ts'
import type { FleetViewRequest } from './fleet-view.ts'
import { type LogSources, streamLogs } from './logs.ts'
import { produce, write } from './streaming.ts'

export interface ControlStreamsOptions {
  readonly ledger: Ledger
  readonly logs: LogSources
  readonly view: (request: FleetViewRequest) => FleetView
  /** Calls back when a view may have changed. Returns what ends it. */
  readonly onPass: (listener: () => void) => () => void
  readonly log: Log
}

const resendMs = 5_000
/** A view at most this often, however much changes. */
const gatherMs = 200
const mostEvents = 10_000

const wireEvent = ({ id, atUnixMs, level, reason, subject, message }: EventRecord) => ({ id, atUnixMs, level, reason, subject, message })

const eventLevels: readonly EventLevel[] = ['info', 'warning', 'error']

const levelOf = (word: string): EventLevel => {
  const level = eventLevels.find((known) => known === word)
  if (level) return level
  throw new HostlerError('ARGUMENT_INVALID', `"${word}" is no level of events; expected ${eventLevels.join(', ')}`)
}

export const controlStreams = ({
  ledger,
  logs,
  view,
  onPass,
  log,
}: ControlStreamsOptions): Pick<ControlHandlers, 'Fleet' | 'Events' | 'Logs'> => ({
  Fleet: (stream) =>
    produce(stream, log, async (signal) => {
      personWith(stream, ledger.facts, 'viewer')
      const { kinds, watch, brief } = stream.request
      await write(stream, view({ kinds, brief }), signal)
      if (!watch) return
      const wake = new Wake()
      const off = onPass(() => wake.wake())
      try {
        while (!signal.aborted) {
          await new Promise((resolve) => setTimeout(resolve, gatherMs))
          await wake.wait(resendMs, signal)
          if (!signal.aborted) await write(stream, view({ kinds, brief }), signal)
        }
      } finally {
        off()
      }
    }),

  Events: (stream) =>
    produce(stream, log, async (signal) => {
      personWith(stream, ledger.facts, 'viewer')
      const { afterId, limit, subject, follow, sinceUnixMs } = stream.request
      const levels = stream.request.levels.map(levelOf)
      const wake = new Wake()
      const off = ledger.onChange((_changes, events) => events.length > 0 && wake.wake())
      try {
        let lastId = afterId
        let most = Math.min(limit || 100, mostEvents)
        for (;;) {
          for (const event of await ledger.events({ afterId: lastId, limit: most, subject, sinceUnixMs, levels })) {
            await write(stream, wireEvent(event), signal)
            lastId = event.id
          }
          if (!follow || signal.aborted) return
          most = mostEvents
          await wake.wait(resendMs, signal)
          if (signal.aborted) return
        }
      } finally {
        off()
      }
    }),

  Logs: (stream) =>
    produce(stream, log, async (signal) => {
      personWith(stream, ledger.facts, 'viewer')
      await streamLogs(logs, stream.request, signal, (data) => write(stream, { data }, signal))
    }),
})
