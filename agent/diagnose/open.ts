import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Clock } from '../../shared/clock/clock.ts'
import type { AgentSettings } from '../../shared/config/agent-settings.ts'
import type { Environment } from '../../shared/config/environment.ts'
import type { Answerers } from '../../shared/fleet/ask.ts'
import { pause } from '../../shared/lifecycle/deadline.ts'
import type { Log } from '../../shared/log/log.ts'
import type { Reconciler } from '../reconcile/reconciler.ts'
import { answerDiagnose } from './answer.ts'
import { watchBreaks } from './break-watch.ts'
import { Diagnosis } from './diagnosis.ts'
import { exitEvents } from './engine-log/exit-events.ts'
import type { Lent } from './host-context.ts'
import { KernelWatch } from './kmsg/watch.ts'
import { watchLostGpus } from './lost-gpus.ts'
import { Outbox } from './outbox.ts'
import { checkedSchedule, DiagnosisSchedule } from './schedule.ts'
import { Timeline } from './timeline.ts'
import { whoseOn } from './whose.ts'

export interface DiagnoseOptions {
  readonly settings: AgentSettings
  readonly lent: Omit<Lent, 'thresholds' | 'kernelLog'>
  readonly reconciler: Pick<Reconciler, 'spec' | 'statuses' | 'onChange' | 'onExit'>
  readonly environment: Environment
  readonly clock: Clock
  readonly log: Log
}

export interface DiagnoseRoom extends AsyncDisposable {
  readonly timeline: Timeline
  readonly outbox: Outbox
  readonly answerers: Pick<Answerers, 'diagnose'>
  /** Watches, keeps the timeline on disk and looks on schedule, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>
}

const saveEveryMs = 30_000

/** Opens what diagnoses this host. Throws CONFIG_INVALID. */
export const openDiagnosis = async ({ settings, lent, reconciler, environment, clock, log }: DiagnoseOptions): Promise<DiagnoseRoom> => {
  const { schedule: ownSchedule, jitterMs, thresholds } = settings.diagnosis
  checkedSchedule(ownSchedule)
  const timeline = await Timeline.open(join(settings.dataDir, 'timeline.json'), log)
  const outbox = new Outbox()
  const kernel = new KernelWatch({ whose: whoseOn(lent), onEvent: (event) => timeline.add(event), clock, log })
  const diagnosis = new Diagnosis(
    { lent: { ...lent, thresholds, kernelLog: () => kernel.state }, timeline, environment, clock },
    randomUUID,
  )
  const schedule = new DiagnosisSchedule({ diagnosis, outbox, jitterMs, clock, log })
  const { statuses, onChange } = { statuses: () => reconciler.statuses(), onChange: reconciler.onChange.bind(reconciler) }

  const keep = async (signal: AbortSignal) => {
    do {
      schedule.set(reconciler.spec()?.diagnosisSchedule || ownSchedule)
      await timeline.save()
    } while ((await pause(saveEveryMs, signal)) === 'elapsed')
    await timeline.save()
  }
  return {
    timeline,
    outbox,
    answerers: { diagnose: answerDiagnose(diagnosis) },
    run: async (signal) => {
      const offExit = reconciler.onExit((exit) => {
        for (const event of exitEvents(exit)) timeline.add(event)
      })
      await Promise.all([
        kernel.run(signal),
        watchLostGpus({ ...lent, onEvent: (event) => timeline.add(event), clock }, signal),
        keep(signal),
        watchBreaks({ statuses, onStatus: onChange, timeline, diagnosis, outbox, clock, log }, signal),
      ])
      offExit()
    },
    [Symbol.asyncDispose]: () => schedule[Symbol.asyncDispose](),
  }
}
