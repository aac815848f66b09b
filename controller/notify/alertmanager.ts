import { messageOf } from '../../shared/errors/hostler-error.ts'
import type { AlertReceiver } from '../domain/alert/receiver-schema.ts'
import type { Deliver } from './deliver.ts'
import { alertmanagerBody } from './payload.ts'
import { postJson } from './post-json.ts'
import { isPermanent, noticeFailed } from './refusal.ts'

type Alertmanager = NonNullable<AlertReceiver['alertmanager']>

/** Posts to every Alertmanager of the cluster, which do not pass alerts on to each other. What one of them missed it hears with the next resend. */
export const deliverAlertmanager: Deliver<Alertmanager> = async (
  { urls, bearerSecret, resend, timeout },
  receiver,
  notice,
  { secret, nowUnixMs, signal },
) => {
  const body = JSON.stringify(alertmanagerBody(notice, receiver.language, resend, nowUnixMs()))
  const headers: Record<string, string> = bearerSecret === undefined ? {} : { authorization: `Bearer ${await secret(bearerSecret)}` }
  const outcomes = await Promise.allSettled(
    urls.map((url) =>
      postJson(`${url.replace(/\/+$/, '')}/api/v2/alerts`, body, { headers, timeoutMs: timeout, shown: new URL(url).origin, signal }),
    ),
  )
  const refusals = outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []))
  if (refusals.length === urls.length) throw noticeFailed(refusals.map(messageOf).join('; '), refusals.every(isPermanent), refusals[0])
  return `${urls.length - refusals.length} of ${urls.length} Alertmanagers took it`
}
