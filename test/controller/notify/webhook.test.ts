import { createHmac } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { deliver } from '../../../controller/notify/deliver.ts'
import { secretsDirectory } from '../../../controller/notify/secrets-directory.ts'
import { neverAborted } from '../../support/check-context.ts'
import { notice, noticeAlert, receiver } from '../../support/notice.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { startWebhook } from '../../support/webhook.ts'

const around = (directory: string, signal = neverAborted) => ({
  secret: secretsDirectory(directory),
  nowUnixMs: () => 1_700_000_000_000,
  signal,
})

test('a webhook gets the fields of an Alertmanager webhook, the id of the notice, and a signature of exactly that body', async (t) => {
  await using hook = await startWebhook()
  await using secrets = await scratchDirectory()
  await writeFile(join(secrets.path, 'key'), 'a secret\n')
  const to = receiver({ webhook: { url: hook.url, hmacSecret: 'key', bearerSecret: 'key' } })
  const over = noticeAlert({ id: 'b', status: 'resolved', resolvedUnixMs: 1_767_323_105_000 })
  t.is(await deliver(to, notice({ alerts: [noticeAlert(), over] }), around(secrets.path)), 'the webhook took it')
  const [post] = hook.posts
  const body = JSON.parse(post?.body ?? '')
  t.like(body, {
    version: '4',
    status: 'firing',
    receiver: 'ops',
    commonLabels: { alertname: 'host-lost', severity: 'critical', host: 'gpu-1' },
  })
  t.like(body.alerts[0], {
    status: 'firing',
    startsAt: '2026-01-02T03:04:05.000Z',
    endsAt: '0001-01-01T00:00:00Z',
    annotations: { summary: 'gpu-1 is lost' },
  })
  t.like(body.alerts[1], { status: 'resolved', endsAt: '2026-01-02T03:05:05.000Z' })
  const signature = createHmac('sha256', 'a secret').update(`1700000000.${post?.body}`).digest('hex')
  t.like(post?.headers, {
    'idempotency-key': 'n1',
    'x-hostler-timestamp': '1700000000',
    'x-hostler-signature': `sha256=${signature}`,
    authorization: 'Bearer a secret',
  })
})

test('a refusal says what was answered and whether trying again can help', async (t) => {
  await using hook = await startWebhook()
  const to = receiver({ webhook: { url: hook.url } })
  hook.status = 503
  await t.throwsAsync(deliver(to, notice(), around('/nowhere')), { code: 'NOTICE_FAILED', message: /answered 503: not now$/ })
  hook.status = 422
  const error = await t.throwsAsync(deliver(to, notice(), around('/nowhere')))
  t.like(error, { code: 'NOTICE_FAILED', fields: { permanent: true } })
})

test('a webhook that never answers is given up after its timeout, and at once when the controller stops', async (t) => {
  await using hook = await startWebhook()
  hook.status = 0
  const to = receiver({ webhook: { url: hook.url, timeout: '100ms' } })
  await t.throwsAsync(deliver(to, notice(), around('/nowhere')), { code: 'NOTICE_FAILED', message: /did not answer within 100 ms/ })
  const slow = receiver({ webhook: { url: hook.url, timeout: '60s' } })
  await t.throwsAsync(deliver(slow, notice(), around('/nowhere', AbortSignal.abort())), { code: 'NOTICE_FAILED' })
})

test('errors show neither a secret nor an address that is one', async (t) => {
  await using secrets = await scratchDirectory()
  await writeFile(join(secrets.path, 'address'), 'http://127.0.0.1:1/services/T00/very-secret')
  const error = await t.throwsAsync(deliver(receiver({ webhook: { urlSecret: 'address' } }), notice(), around(secrets.path)))
  t.regex(error?.message ?? '', /^the webhook of ops: /)
  t.notRegex(error?.message ?? '', /very-secret/)
  await t.throwsAsync(deliver(receiver({ webhook: { urlSecret: 'absent' } }), notice(), around(secrets.path)), {
    message: /secret absent: .* is not there/,
  })
})
