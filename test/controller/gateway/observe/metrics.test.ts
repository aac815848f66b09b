import test from 'ava'
import type { Log } from '../../../../shared/log/log.ts'
import { silentLog } from '../../../../shared/log/log.ts'
import { gatewayMetrics } from '../../../../shared/metrics/catalogue/gateway.ts'
import { labTest } from '../../../lab/requires.ts'
import { promtoolSays } from '../../../support/prometheus.ts'
import { endpoint, gatewayWith, keyRecord, post, route, snapshot, startUpstream, until } from '../parts.ts'

const withPromtool = labTest(test, { programs: ['promtool'] })

withPromtool(
  'What a gateway tells passes promtool, is all in the catalogue, and counts tenants, connections and pieces of answers.',
  async (t) => {
    await using upstream = await startUpstream(async (_request, response) => {
      for (let i = 0; i < 4; i++) {
        response.write(`data: ${i}\n\n`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      response.end()
    })
    await using gone = await startUpstream()
    await gone.kill()
    const keys = [keyRecord({ tenant: 'search' }), keyRecord({ id: 'k2', secret: 'other', tenant: 'odd "team"\\' })]
    const endpoints = [endpoint('r1', upstream.origin), endpoint('dead', gone.origin)]
    await using gateway = await gatewayWith(snapshot(1, [route(endpoints)], keys))
    for (let i = 0; i < 2; i++) await (await post(gateway)).text()
    await (await post(gateway, { model: 'm' }, { headers: { authorization: 'Bearer other' } })).text()
    await until('all to be counted', () => gateway.metrics().includes('tenant="odd'))
    const text = gateway.metrics()
    t.is(promtoolSays(text), '')
    for (const name of [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)])
      t.is(gatewayMetrics[name[1] as keyof typeof gatewayMetrics]?.type as string, name[2] ?? '', name[1])
    t.regex(text, /^hostler_gateway_requests_total\{model="m",tenant="search",code="200",outcome="answered"\} 2$/m)
    t.regex(text, /^hostler_gateway_requests_total\{model="m",tenant="odd \\"team\\"\\\\",code="200",outcome="answered"\} 1$/m)
    t.true(Number(/^hostler_gateway_inter_chunk_seconds_count\{model="m"\} (\d+)$/m.exec(text)?.[1]) >= 3)
    t.true(Number(/^hostler_gateway_upstream_connects_total\{replica="r1"\} (\d+)$/m.exec(text)?.[1]) >= 1)
    t.true(Number(/^hostler_gateway_upstream_connect_failures_total\{replica="dead"\} (\d+)$/m.exec(text)?.[1]) >= 1)
  },
)

test('The line of a request names the trace that it belongs to; none is made up for one that has none.', async (t) => {
  const lines: Record<string, unknown>[] = []
  const log: Log = { ...silentLog, info: (message, fields) => void (message === 'request' && lines.push({ ...fields })) }
  await using upstream = await startUpstream()
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]), {}, { log })
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  await (await post(gateway, { model: 'm' }, { headers: { traceparent, tracestate: 'a=1' } })).text()
  await (await post(gateway)).text()
  await until('both to be logged', () => lines.length === 2)
  t.deepEqual(
    lines.map(({ traceId }) => traceId),
    ['0af7651916cd43dd8448eb211c80319c', undefined],
  )
  const [first, second] = upstream.requests.map(({ request }) => request.headers)
  t.like(first, { traceparent, tracestate: 'a=1' })
  t.is(second?.traceparent, undefined)
})
