import test from 'ava'
import { silentLog } from '../../../shared/log/log.ts'
import { startMetricsListener } from '../../../shared/metrics/metrics-listener.ts'
import { serveMetrics } from '../../../shared/metrics/serve-metrics.ts'

test('the listener answers GET /metrics and nothing else', async (t) => {
  await using listener = await startMetricsListener({ host: '127.0.0.1', port: 0 }, () => 'up 1\n')
  const url = `http://127.0.0.1:${listener.address.port}`
  const answer = await fetch(`${url}/metrics?name[]=up`)
  t.is(await answer.text(), 'up 1\n')
  t.is(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  t.is((await fetch(url)).status, 404)
  t.is((await fetch(`${url}/metrics`, { method: 'POST' })).status, 404)
})

test('a port that is taken is told, and keeps no daemon from its work', async (t) => {
  await using listener = await startMetricsListener({ host: '127.0.0.1', port: 0 }, () => '')
  const { port } = listener.address
  await t.throwsAsync(
    startMetricsListener({ host: '127.0.0.1', port }, () => ''),
    { code: 'PORT_TAKEN', message: new RegExp(String(port)) },
  )
  t.is(await serveMetrics({ host: '127.0.0.1', port }, () => '', silentLog), undefined)
})
