import test from 'ava'
import { deliver } from '../../../controller/notify/deliver.ts'
import { secretsDirectory } from '../../../controller/notify/secrets-directory.ts'
import { startAlertmanager } from '../../support/alertmanager.ts'
import { neverAborted } from '../../support/check-context.ts'
import { notice, noticeAlert, receiver } from '../../support/notice.ts'

const around = (nowUnixMs: number) => ({ secret: secretsDirectory('/nowhere'), nowUnixMs: () => nowUnixMs, signal: neverAborted })

test('a real Alertmanager takes what fires, keeps it while it is sent again, and ends it when it is told so', async (t) => {
  await using manager = await startAlertmanager()
  const to = receiver({ alertmanager: { urls: [`${manager.url}/`], resend: '1m' } })
  const now = Date.now()
  t.is(await deliver(to, notice({ alerts: [noticeAlert({ firedUnixMs: now - 60_000 })] }), around(now)), '1 of 1 Alertmanagers took it')
  const [alert] = await manager.alerts()
  t.deepEqual(alert?.labels, { alertname: 'host-lost', severity: 'critical', host: 'gpu-1' })
  t.is(alert?.annotations.remedy, 'Look at its power.')
  t.is(Date.parse(alert?.startsAt ?? ''), now - 60_000)
  t.is(
    Date.parse(alert?.endsAt ?? ''),
    now + 240_000,
    'it is over by itself when the controller says nothing for four times as long as a resend takes',
  )

  await deliver(to, notice({ kind: 'repeat', alerts: [noticeAlert({ firedUnixMs: now - 60_000 })] }), around(now + 60_000))
  const again = await manager.alerts()
  t.is(again.length, 1)
  t.is(Date.parse(again[0]?.endsAt ?? ''), now + 300_000)

  await deliver(
    to,
    notice({ alerts: [noticeAlert({ firedUnixMs: now - 60_000, status: 'resolved', resolvedUnixMs: now - 1_000 })] }),
    around(now),
  )
  t.deepEqual(await manager.alerts(), [])
})

test('of a cluster it is enough that one takes a notice; when none does, each is named', async (t) => {
  await using manager = await startAlertmanager()
  const closed = 'http://127.0.0.1:1'
  const now = Date.now()
  const fresh = notice({ alerts: [noticeAlert({ firedUnixMs: now })] })
  t.is(await deliver(receiver({ alertmanager: { urls: [closed, manager.url] } }), fresh, around(now)), '1 of 2 Alertmanagers took it')
  await t.throwsAsync(deliver(receiver({ alertmanager: { urls: [closed] } }), fresh, around(now)), {
    code: 'NOTICE_FAILED',
    message: /127\.0\.0\.1:1/,
  })
})
