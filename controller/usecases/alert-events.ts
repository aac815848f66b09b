/** What people read of alerts among the events. Pure. */
import { describeDuration } from '../../shared/units/duration.ts'
import type { Alert, AlertChange, ResolveCause } from '../domain/alert/model.ts'
import type { Severity } from '../domain/alert/severity.ts'
import type { EventDraft, EventLevel } from '../domain/model.ts'

const levels: Readonly<Record<Severity, EventLevel>> = { critical: 'error', warning: 'warning', info: 'info' }

const causes: Readonly<Record<ResolveCause, string>> = {
  cleared: 'is over',
  'no-data': 'is given up: nothing has been heard of it for long',
  'rule-gone': 'ends with its rule',
}

const subjectOf = ({ labels: { replica, deployment, host } }: Alert): string => {
  if (replica) return `replica/${replica}`
  if (deployment) return `deployment/${deployment}`
  return host ? `host/${host}` : 'fleet'
}

/** @param before the alerts before the changes */
export const alertEvents = (before: ReadonlyMap<string, Alert>, changes: readonly AlertChange[]): readonly EventDraft[] =>
  changes.flatMap((change): EventDraft[] => {
    if (change.kind === 'putAlert') {
      const { alert } = change
      if (alert.state !== 'firing' || before.get(alert.id)?.firedUnixMs === alert.firedUnixMs) return []
      return [
        {
          level: levels[alert.severity],
          reason: 'AlertFired',
          subject: subjectOf(alert),
          message: `${alert.rule}: ${alert.texts.en.summary}`,
        },
      ]
    }
    if (change.kind !== 'addResolvedAlert') return []
    const { alert } = change
    const lasted = describeDuration(alert.resolvedUnixMs - alert.firedUnixMs)
    const message = `${alert.rule} ${causes[alert.because]} (fired for ${lasted}): ${alert.texts.en.summary}`
    return [{ level: 'info', reason: 'AlertResolved', subject: subjectOf(alert), message }]
  })
