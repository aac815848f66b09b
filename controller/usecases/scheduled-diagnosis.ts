import cron from 'node-cron'
import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import type { Log } from '../../shared/log/log.ts'
import { isFault } from '../domain/report/findings.ts'
import { newsOf } from '../domain/report/news.ts'
import { standingOfReport } from '../domain/report/standing.ts'
import { tellFault, tellGone } from './agent-reports.ts'
import { type DiagnoseOptions, diagnose } from './diagnose.ts'
import type { Reports } from './reports.ts'

export interface ScheduledMeshOptions {
  readonly diagnosis: DiagnoseOptions
  readonly reports: Reports
  /** Cron expression, local time. Empty: never. */
  readonly schedule: string
  readonly jitterMs: number
  readonly log: Log
}

const standingId = 'fleet/network'

/** One look at the network of the whole fleet; a fault that lasts is reported once. Does nothing with fewer than two hosts. */
export const measureNetwork = async (
  { diagnosis, reports }: Pick<ScheduledMeshOptions, 'diagnosis' | 'reports'>,
  signal: AbortSignal,
): Promise<void> => {
  const { context } = diagnosis
  if ([...context.ledger.facts.hosts.values()].filter(({ revoked }) => !revoked).length < 2) return
  const wish = { subject: 'network', targets: [], fromUnixMs: 0, toUnixMs: 0, rateMbps: 0 } as const
  const report = await diagnose(diagnosis, wish, 'schedule', () => {}, signal)
  const now = standingOfReport(report)
  const news = newsOf('schedule', reports.standing(standingId), now)
  const standing = { id: standingId, ...now }
  await reports.keep(news === 'appeared' ? { report, standing } : { standing })
  if (news === 'appeared' && isFault(report.verdict)) await tellFault(context, report, 'fleet', 'the fleet')
  if (news === 'gone') await tellGone(context, 'network', 'fleet', 'the fleet')
}

/** Throws CONFIG_INVALID on an expression that is none. */
export const scheduleMesh = (options: ScheduledMeshOptions): AsyncDisposable => {
  const { schedule, jitterMs, log } = options
  if (schedule === '') return { [Symbol.asyncDispose]: async () => {} }
  if (!cron.validate(schedule)) {
    throw new HostlerError(
      'CONFIG_INVALID',
      `diagnosis.mesh.schedule is "${schedule}"; expected a cron expression such as "41 2 * * 0", or nothing`,
    )
  }
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()
  const once = async () => {
    try {
      await measureNetwork(options, stopping.signal)
    } catch (error) {
      if (!stopping.signal.aborted) log.warn('the network could not be measured', { error: messageOf(error) })
    }
  }
  const task = cron.schedule(
    schedule,
    () => {
      running = once()
      return running
    },
    { noOverlap: true, name: 'mesh', maxRandomDelay: jitterMs },
  )
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await task.destroy()
      await running
    },
  }
}
