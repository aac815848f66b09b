import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import { EngineConnections } from '../../../../../agent/observe/engine-connections.ts'
import { engineCollector } from '../../../../../agent/observe/metrics/engines/collector.ts'
import { systemClock } from '../../../../../shared/clock/clock.ts'
import type { HostSpec, ReplicaStatus } from '../../../../../shared/fleet/replica.ts'
import { silentLog } from '../../../../../shared/log/log.ts'
import { SeriesTable } from '../../../../../shared/metrics/series-table.ts'
import { labEngine } from '../../../../lab/engine.ts'
import { createLab } from '../../../../lab/lab.ts'
import { labTest } from '../../../../lab/requires.ts'
import { eventually } from '../../../../lab/wait.ts'
import { replicaSpec } from '../../../runtime/replica-specs.ts'

const onEngines = labTest(test, { root: true, engine: true })
const never = new AbortController().signal

const collected = (endpoints: Readonly<Record<string, string>>, apiKey: string) => {
  const replicas = Object.keys(endpoints).map((id) => ({
    ...replicaSpec({ id }),
    deployment: 'chat',
    apiKey,
    metricsPath: '/metrics',
    engine: 'vllm',
  }))
  const spec: HostSpec = { generation: 1, replicas, diagnosisSchedule: '' }
  const statuses = new Map(
    Object.entries(endpoints).map(([id, endpoint]) => [id, { id, endpoint, phase: 'ready', instanceId: `i-${id}` } as ReplicaStatus]),
  )
  const collector = engineCollector({
    spec: () => spec,
    statuses: () => statuses,
    connections: new EngineConnections(),
    clock: systemClock,
    log: silentLog,
  })
  const table = new SeriesTable()
  return async () => {
    table.fill(await collector.collect(never))
    return new Map(table.series().map(({ name, labels, value }) => [`${name}/${labels.join('/')}`, value]))
  }
}

const serve = async (t: ExecutionContext, answer: RequestListener): Promise<string> => {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  t.teardown(() => server.closeAllConnections())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('an engine that hangs, one that floods, one that refuses and one that is gone cost nothing but their own figures', async (t) => {
  const good = await serve(t, (request, response) => {
    const generated = request.headers.authorization === 'Bearer secret' ? 5 : 0
    response.end(`vllm:num_requests_running{engine="0"} 2\nvllm:generation_tokens_total{engine="0"} ${generated}\n`)
  })
  const collect = collected(
    {
      good,
      hanging: await serve(t, () => {}),
      flooding: await serve(t, (_, response) => {
        const more = () => void (response.write('x'.repeat(64 * 1024)) ? setImmediate(more) : response.once('drain', more))
        more()
      }),
      refusing: await serve(t, (_, response) => response.writeHead(401).end()),
      gone: '127.0.0.1:1',
    },
    'secret',
  )
  const figures = await collect()
  t.is(figures.get('hostler_engine_up/chat/good/vllm'), 1)
  t.is(figures.get('hostler_engine_requests_running/chat/good'), 2)
  t.is(figures.get('hostler_engine_generated_tokens_total/chat/good'), 5)
  for (const id of ['hanging', 'flooding', 'refusing', 'gone']) {
    t.is(figures.get(`hostler_engine_up/chat/${id}/vllm`), 0, id)
    t.false(figures.has(`hostler_engine_requests_running/chat/${id}`), id)
  }
})

test('an engine that falls silent keeps no figures but the age of its last ones, and comes back', async (t) => {
  let down = false
  const endpoint = await serve(t, (_, response) => {
    if (down) response.socket?.destroy()
    else response.end('vllm:num_requests_running 2\n')
  })
  const collect = collected({ one: endpoint }, '')
  t.is((await collect()).get('hostler_engine_requests_running/chat/one'), 2)
  down = true
  const silent = await collect()
  t.is(silent.get('hostler_engine_up/chat/one/vllm'), 0)
  t.false(silent.has('hostler_engine_requests_running/chat/one'))
  t.true(silent.has('hostler_engine_sample_age_seconds/chat/one'))
  down = false
  t.is((await collect()).get('hostler_engine_requests_running/chat/one'), 2)
})

onEngines("a real llama-server's figures come in our words, asked for with its API key", async (t) => {
  t.timeout(240_000)
  const engine = await labEngine()
  await engine.modelFile(1)
  await using lab = await createLab()
  const host = await lab.addHost({ engine: true })
  await engine.load(host.docker)
  const container = await host.docker.createContainer({
    Image: engine.image,
    Cmd: [
      ...['--model', '/models/lab-1.gguf', '--alias', 'lab', '--host', host.address, '--port', '8000', '--ctx-size', '4096'],
      ...['--api-key', 'key', '--metrics'],
    ],
    HostConfig: { NetworkMode: 'host', Binds: [`${engine.modelDirectory}:/models:ro`] },
  })
  await container.start()
  const url = `http://${host.address}:8000`
  await eventually(async () => (await fetch(`${url}/health`)).ok, { deadlineMs: 60_000, what: 'the model to be loaded' })
  const collect = collected({ real: `${host.address}:8000` }, 'key')
  t.is((await collect()).get('hostler_engine_up/chat/real/llamacpp'), 1)

  const body = JSON.stringify({ model: 'lab', messages: [{ role: 'user', content: 'hello' }], max_tokens: 200 })
  const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers: { authorization: 'Bearer key' }, body })
  t.is(response.status, 200)
  const figures = await eventually(
    async () => {
      const now = await collect()
      return (now.get('hostler_engine_generated_tokens_total/chat/real') ?? 0) >= 200 ? now : undefined
    },
    { deadlineMs: 30_000, what: 'the tokens to be counted' },
  )
  t.is(figures.get('hostler_engine_requests_running/chat/real'), 0)
  t.is(figures.get('hostler_engine_requests_waiting/chat/real'), 0)
  t.true((figures.get('hostler_engine_prompt_tokens_total/chat/real') ?? 0) > 0)
  t.true((figures.get('hostler_engine_inter_token_latency_seconds_sum/chat/real') ?? 0) > 0)
  t.is(
    figures.get('hostler_engine_inter_token_latency_seconds_bucket/chat/real/+Inf'),
    figures.get('hostler_engine_generated_tokens_total/chat/real'),
  )
  const wrong = await collected({ real: `${host.address}:8000` }, 'wrong')()
  t.is(wrong.get('hostler_engine_up/chat/real/vllm'), 0)
})
