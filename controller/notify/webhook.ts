import { createHmac } from 'node:crypto'
import type { AlertReceiver } from '../domain/alert/receiver-schema.ts'
import type { Deliver } from './deliver.ts'
import { webhookBody } from './payload.ts'
import { postJson } from './post-json.ts'

type Webhook = NonNullable<AlertReceiver['webhook']>

/** Posts a notice. `Idempotency-Key` is the notice's id, the same at each attempt. */
export const deliverWebhook: Deliver<Webhook> = async (
  { url, urlSecret, hmacSecret, bearerSecret, timeout },
  receiver,
  notice,
  { secret, nowUnixMs, signal },
) => {
  const body = JSON.stringify(webhookBody(notice, receiver))
  const timestamp = String(Math.floor(nowUnixMs() / 1000))
  const signature =
    hmacSecret === undefined
      ? {}
      : {
          'x-hostler-timestamp': timestamp,
          'x-hostler-signature': `sha256=${createHmac('sha256', await secret(hmacSecret))
            .update(`${timestamp}.${body}`)
            .digest('hex')}`,
        }
  const bearer = bearerSecret === undefined ? {} : { authorization: `Bearer ${await secret(bearerSecret)}` }
  const target = urlSecret === undefined ? (url ?? '') : await secret(urlSecret)
  await postJson(target, body, {
    headers: { 'idempotency-key': notice.id, ...signature, ...bearer },
    timeoutMs: timeout,
    shown: urlSecret === undefined ? new URL(target).origin : `the webhook of ${receiver.name}`,
    signal,
  })
  return 'the webhook took it'
}
