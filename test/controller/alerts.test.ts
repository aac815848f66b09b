import test from 'ava'
import { eventually } from '../lab/wait.ts'
import { joinAgent } from '../support/agent.ts'
import { startAlertmanager } from '../support/alertmanager.ts'
import { startTestController } from '../support/controller.ts'
import { startWebhook } from '../support/webhook.ts'

const receiver = (url: string) =>
  JSON.stringify({ kind: 'AlertReceiver', name: 'ops', groupWait: '0', groupInterval: '0', webhook: { url } })

const managed = (url: string) =>
  JSON.stringify({ kind: 'AlertReceiver', name: 'manager', severities: ['critical'], alertmanager: { urls: [url] } })

const waiting = { deadlineMs: 20_000 }

test('a lost host is told once, also over a restart of the controller, and its return is told once', async (t) => {
  await using hook = await startWebhook()
  await using manager = await startAlertmanager()
  await using fleet = await startTestController({ lease: { durationMs: 4_000, heartbeatMs: 200, graceMs: 0 }, alerts: { intervalMs: 500 } })
  await fleet.control.applyResources(
    [receiver(hook.url), managed(manager.url), JSON.stringify({ kind: 'AlertRule', name: 'host-lost', keepFiring: '0' })],
    'test',
    false,
  )
  const agent = await joinAgent(fleet, { name: 'gpu-1' })
  await agent.stop()

  const told = () =>
    hook.posts.flatMap(({ body }) =>
      JSON.parse(body).alerts.map(
        ({ status, labels }: { status: string; labels: Record<string, string> }) => `${status} ${labels.alertname} ${labels.host}`,
      ),
    )
  await eventually(async () => told().includes('firing host-lost gpu-1'), { ...waiting, what: 'the webhook to be told' })
  const inManager = async () => (await manager.alerts()).map(({ labels }) => `${labels.alertname} ${labels.host}`)
  await eventually(async () => (await inManager()).includes('host-lost gpu-1'), { ...waiting, what: 'Alertmanager to be told' })
  const [alert] = await fleet.control.alerts(0)
  t.like(alert, { rule: 'host-lost', severity: 'critical', state: 'firing', labels: { host: 'gpu-1' } })
  await eventually(async () => (await fleet.control.alerts(0))[0]?.told.includes('ops') === true, {
    ...waiting,
    what: 'the receiver to be noted',
  })

  await fleet.restart()
  const looked = async () => {
    const { items } = { items: await fleet.control.alerts(10) }
    return items.find(({ rule, state }) => rule === 'host-lost' && state === 'firing')
  }
  t.is((await looked())?.firedUnixMs, alert?.firedUnixMs, 'it is the same alert as before')

  await fleet.control.removeHost('gpu-1', true)
  await eventually(async () => told().includes('resolved host-lost gpu-1'), { ...waiting, what: 'the webhook to be told of the end' })
  await eventually(async () => (await inManager()).length === 0, { ...waiting, what: 'Alertmanager to be told of the end' })
  t.deepEqual(
    told().filter((line) => line.includes('host-lost')),
    ['firing host-lost gpu-1', 'resolved host-lost gpu-1'],
  )
  const reasons = []
  for await (const { reason, subject } of fleet.control.events(
    { follow: false, limit: 100, subject: '', afterId: 0 },
    new AbortController().signal,
  ))
    if (reason.startsWith('Alert')) reasons.push(`${reason} ${subject}`)
  t.deepEqual(reasons, ['AlertFired host/gpu-1', 'AlertResolved host/gpu-1'])
})
