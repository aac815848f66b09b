import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { formatDuration } from '../../shared/units/duration.ts'
import { formatMatcher, parseMatcher } from '../domain/alert/labels.ts'
import type { Silence } from '../domain/alert/model.ts'
import { event, type UseCaseContext } from './context.ts'

export interface SilenceWish {
  readonly matchers: readonly string[]
  readonly durationMs: number
  readonly comment: string
}

const longestMs = 365 * 86_400_000
const mostMatchers = 20
const mostSilences = 1_000

export const describeSilence = ({ matchers }: Pick<Silence, 'matchers'>): string => matchers.map(formatMatcher).join(' ')

/** Alerts that fit all matchers are not told for a while; ends of what was told before are. Errors: ARGUMENT_INVALID, CONFLICT. */
export const addSilence = (context: UseCaseContext, { matchers, durationMs, comment }: SilenceWish, author: string): Promise<Silence> => {
  if (matchers.length === 0 || matchers.length > mostMatchers)
    throw new HostlerError('ARGUMENT_INVALID', `a silence needs 1 to ${mostMatchers} matchers, such as alertname=host-lost or host=gpu-0*`)
  if (durationMs < 1_000 || durationMs > longestMs)
    throw new HostlerError(
      'ARGUMENT_INVALID',
      `a silence lasts from 1s to ${formatDuration(longestMs)}; got ${formatDuration(Math.max(0, durationMs))}`,
    )
  const parsed = matchers.map((text) => {
    const matcher = parseMatcher(text)
    if (matcher !== undefined) return matcher
    throw new HostlerError(
      'ARGUMENT_INVALID',
      `"${text}" is no matcher; expected LABEL=VALUE or LABEL!=VALUE, with at most four * for any text`,
    )
  })
  return context.ledger.transact(({ alerting }) => {
    const now = context.clock.unixMs()
    const over = [...alerting.silences.values()].filter(({ endsUnixMs }) => endsUnixMs <= now - longestMs)
    if (alerting.silences.size - over.length >= mostSilences)
      throw new HostlerError('CONFLICT', `there are ${mostSilences} silences already; end some first: hostler alert unsilence`)
    const silence: Silence = {
      id: context.secrets.newId('s'),
      matchers: parsed,
      startsUnixMs: now,
      endsUnixMs: now + durationMs,
      author,
      comment: comment.slice(0, 500),
    }
    const text = `${author} silenced ${describeSilence(silence)} for ${formatDuration(durationMs)}${comment === '' ? '' : `: ${silence.comment}`}`
    return {
      changes: [{ kind: 'putSilence', silence }, event(context, 'info', 'AlertsSilenced', `silence/${silence.id}`, text)],
      result: silence,
    }
  })
}

/** Errors: NOT_FOUND. One that is over already stays as it is. */
export const endSilence = (context: UseCaseContext, id: string, author: string): Promise<Silence> =>
  context.ledger.transact(({ alerting }) => {
    const silence = alerting.silences.get(id)
    if (!silence) throw new HostlerError('NOT_FOUND', `there is no silence "${id}"; see: hostler alert silences`)
    const now = context.clock.unixMs()
    if (silence.endsUnixMs <= now) return { changes: [], result: silence }
    const ended = { ...silence, endsUnixMs: now }
    const text = `${author} ended the silence of ${describeSilence(silence)}`
    return {
      changes: [{ kind: 'putSilence', silence: ended }, event(context, 'info', 'AlertsUnsilenced', `silence/${id}`, text)],
      result: ended,
    }
  })

/** Silences that have been over for longer than this are removed. */
export const pruneSilences = (context: UseCaseContext, olderThanMs: number): Promise<void> =>
  context.ledger.transact(({ alerting }) => ({
    changes: [...alerting.silences.values()]
      .filter(({ endsUnixMs }) => endsUnixMs < context.clock.unixMs() - olderThanMs)
      .map(({ id }) => ({ kind: 'deleteSilence', id }) as const),
    result: undefined,
  }))
