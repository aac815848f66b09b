/** Everything about alerts, put together: what is looked at, on which clock, and how receivers are reached. */
import { join } from 'node:path'
import type { Clock } from '../shared/clock/clock.ts'
import type { ControllerSettings } from '../shared/config/controller-settings.ts'
import { messageOf } from '../shared/errors/hostler-error.ts'
import { pause } from '../shared/lifecycle/deadline.ts'
import type { Log } from '../shared/log/log.ts'
import { rulesOf } from './domain/alert/rules.ts'
import type { Directory } from './domain/hosts/directory.ts'
import { deliver } from './notify/deliver.ts'
import { secretsDirectory } from './notify/secrets-directory.ts'
import type { AlertMetricsOptions } from './observe/alert-metrics.ts'
import type { AlertStore } from './store/alert-store.ts'
import { AlertDispatch, type SendNotice } from './usecases/alert-dispatch.ts'
import { type AlertSources, gatherAlertInputs } from './usecases/alert-inputs.ts'
import { Alerts } from './usecases/alerts.ts'
import type { UseCaseContext } from './usecases/context.ts'
import { pruneSilences } from './usecases/silences.ts'

export interface AlertingOptions {
  readonly context: UseCaseContext
  readonly store: AlertStore
  readonly directory: () => Directory
  readonly sources: AlertSources
  readonly settings: ControllerSettings['alerts']
  readonly dataDir: string
  readonly clock: Clock
  readonly log: Log
}

export interface Alerting {
  readonly alerts: Alerts
  readonly rules: () => ReturnType<typeof rulesOf>
  readonly receivers: () => Directory['receivers']
  readonly send: SendNotice
  /** For the controller's own metrics. */
  readonly metrics: AlertMetricsOptions
  /** Looks at intervals until disposed of, which waits for what is on its way. */
  start(): AsyncDisposable
}

const keepSilencesMs = 7 * 86_400_000
const remembered = 1_000

export const openAlerting = async ({
  context,
  store,
  directory,
  sources,
  settings,
  dataDir,
  clock,
  log,
}: AlertingOptions): Promise<Alerting> => {
  let from: Directory['rules'] | undefined
  let resolved = rulesOf([])
  /** Worked out anew only when a document changed. */
  const rules = () => {
    const { rules: documents } = directory()
    if (documents !== from) {
      from = documents
      resolved = rulesOf(documents.values())
    }
    return resolved
  }
  const receivers = () => directory().receivers
  const secret = secretsDirectory(settings.secretsDir || join(dataDir, 'secrets'))
  const send: SendNotice = (receiver, notice, signal) => deliver(receiver, notice, { secret, nowUnixMs: () => clock.unixMs(), signal })
  const alerts = new Alerts(
    { context, rules: () => rules().rules, receivers, inputs: () => gatherAlertInputs(sources) },
    await store.resolved(remembered),
  )
  const dispatch = new AlertDispatch({ context, receivers, send, giveUpMs: settings.giveUpMs, log })

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        await alerts.look()
        await pruneSilences(context, keepSilencesMs)
      } catch (error) {
        // A full disk: nothing was changed, and nobody was told what is not stored.
        log.error('alerts could not be looked at', { error: messageOf(error) })
      }
      dispatch.kick(signal)
      await pause(settings.intervalMs, signal)
    }
  }
  return {
    alerts,
    rules,
    receivers,
    send,
    metrics: {
      inputs: () => gatherAlertInputs(sources),
      facts: context.ledger.facts.alerting,
      faultRule: () => rules().rules.get('host-fault'),
      sent: () => dispatch.outcomes,
    },
    start: () => {
      const stopping = new AbortController()
      const running = run(stopping.signal)
      return {
        async [Symbol.asyncDispose]() {
          stopping.abort()
          await running
          await dispatch.idle()
        },
      }
    },
  }
}
