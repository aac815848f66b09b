import cron from 'node-cron'
import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import type { Log } from '../../shared/log/log.ts'
import type { AlertHistoryBounds } from '../store/alert-store.ts'
import { nightlyBackup, pruneBackups } from '../store/backups.ts'
import type { Store } from '../store/store.ts'
import type { MaintenanceSighting } from './maintenance-sighting.ts'
import type { Reports } from './reports.ts'

export interface MaintenanceOptions {
  readonly store: Store
  readonly reports: Reports
  /** Backups go here, one a run. */
  readonly directory: string
  /** Cron expression, local time. */
  readonly schedule: string
  readonly keepEvents: number
  readonly keepBackups: number
  readonly keepReportsDays: number
  readonly nowUnixMs: () => number
  readonly alerts: AlertHistoryBounds
  /** Told of each outcome. */
  readonly sight: MaintenanceSighting
  readonly log: Log
  /** Tells people: no backup was made. */
  readonly onFailed: (message: string) => Promise<void>
}

const dayMs = 86_400_000

/** Backs up, prunes events and reports, removes the oldest backups. Throws STORE_FULL, STORE_FAILED, STORE_CORRUPT. */
export const runMaintenance = async ({
  store,
  reports,
  directory,
  keepEvents,
  keepBackups,
  keepReportsDays,
  nowUnixMs,
  alerts,
  sight,
}: Omit<MaintenanceOptions, 'schedule' | 'log' | 'onFailed'>): Promise<void> => {
  if (keepBackups > 0) {
    await store.backup(nightlyBackup(directory, nowUnixMs()))
    sight.backedUp(nowUnixMs())
  }
  await store.pruneEvents(keepEvents)
  await store.alerts.prune(alerts)
  await reports.prune({ ids: [], olderThanUnixMs: nowUnixMs() - keepReportsDays * dayMs })
  await pruneBackups(directory, { nightly: keepBackups })
}

/** Runs maintenance on its schedule, never two at once. Throws CONFIG_INVALID on an expression that is none. */
export const scheduleMaintenance = (options: MaintenanceOptions): AsyncDisposable => {
  const { schedule, log, onFailed } = options
  if (!cron.validate(schedule)) {
    throw new HostlerError('CONFIG_INVALID', `maintenance.schedule is "${schedule}"; expected a cron expression such as "17 3 * * *"`)
  }
  const task = cron.schedule(
    schedule,
    async () => {
      try {
        await runMaintenance(options)
        options.sight.ended(false)
        log.info('maintenance done')
      } catch (error) {
        options.sight.ended(true)
        log.error('maintenance failed', { error: messageOf(error) })
        await onFailed(messageOf(error)).catch((failure: unknown) => log.warn('event not stored', { error: failure }))
      }
    },
    { noOverlap: true, name: 'maintenance' },
  )
  return { [Symbol.asyncDispose]: async () => void (await task.destroy()) }
}
