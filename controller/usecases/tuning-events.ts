import type { TuningState, TuningStatus } from '../../shared/tuning/status.ts'
import type { EventDraft, EventLevel } from '../domain/model.ts'

interface Told {
  readonly level: EventLevel
  readonly reason: string
  readonly text: (status: TuningStatus) => string
}

const mostKeys = 8

const keys = ({ differing }: TuningStatus): string =>
  differing.length <= mostKeys ? differing.join(', ') : `${differing.slice(0, mostKeys).join(', ')} and ${differing.length - mostKeys} more`

const because = ({ message }: TuningStatus): string => (message === '' ? '' : `: ${message}`)

const told: Partial<Record<TuningState, Told>> = {
  applied: { level: 'info', reason: 'HostTuned', text: ({ profile }) => `is tuned to profile ${profile}` },
  partial: {
    level: 'warning',
    reason: 'HostTuned',
    text: (status) => `is tuned to profile ${status.profile}, but for ${keys(status) || 'some settings'}${because(status)}`,
  },
  drifted: {
    level: 'warning',
    reason: 'TuningDrifted',
    text: (status) => `has drifted from profile ${status.profile}: ${keys(status)} changed${because(status)}`,
  },
  failed: {
    level: 'error',
    reason: 'TuningFailed',
    text: (status) => `could not be tuned to profile ${status.profile} and was put back${because(status)}`,
  },
  none: { level: 'info', reason: 'HostUntuned', text: (status) => `is no longer tuned by Hostler${because(status)}` },
}

/** The first word after a start of the controller is news only when something is wrong. */
const newsAtFirst: ReadonlySet<TuningState> = new Set(['drifted', 'failed'])

/** Of a host that is not tuned nothing else matters. */
const same = (a: TuningStatus, b: TuningStatus): boolean =>
  (a.state === 'none' && b.state === 'none') ||
  (a.state === b.state && a.profile === b.profile && a.digest === b.digest && a.differing.join('\n') === b.differing.join('\n'))

/** The event of a change of a host's tuning, if it is worth one. Pure. */
export const eventOfTuning = (before: TuningStatus | undefined, now: TuningStatus, hostName: string): EventDraft | undefined => {
  const kind = told[now.state]
  if (!kind || (before === undefined ? !newsAtFirst.has(now.state) : same(before, now))) return undefined
  return { level: kind.level, reason: kind.reason, subject: `host/${hostName}`, message: `${hostName} ${kind.text(now)}` }
}
