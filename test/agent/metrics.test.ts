import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { type Agent, startAgent } from '../../agent/serve.ts'
import { systemClock } from '../../shared/clock/clock.ts'
import { agentSettings } from '../../shared/config/agent-settings.ts'
import { silentLog } from '../../shared/log/log.ts'
import { parseLabels, readExposition } from '../../shared/metrics/parse-exposition.ts'
import { labTest } from '../lab/requires.ts'
import { eventually } from '../lab/wait.ts'
import { startTestController } from '../support/controller.ts'
import { promtoolSays, startPrometheus } from '../support/prometheus.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { type FakeGpus, fakeGpus } from './observe/fake-gpus.ts'

const withPrometheus = labTest(test, { programs: ['prometheus', 'promtool'] })

const within = (what: string) => ({ deadlineMs: 30_000, what, everyMs: 200 })

const startTestAgent = async (
  t: ExecutionContext,
  joinToken: string,
  fake: FakeGpus,
): Promise<Agent & { readonly metricsPort: number }> => {
  const directory = await scratchDirectory()
  t.teardown(() => directory[Symbol.asyncDispose]())
  const agent = await startAgent({
    settings: agentSettings.parse({
      dataDir: join(directory.path, 'agent'),
      name: 'gpu-01',
      address: '127.0.0.1',
      engine: { socket: '/nonexistent/docker.sock' },
      nvidiaSmi: { path: fake.program, intervalMs: 500 },
      metrics: { intervalMs: 500, listen: { port: 0 } },
      modelDir: directory.path,
    }),
    joinToken,
    environment: process.env,
    clock: systemClock,
    log: silentLog,
  })
  t.teardown(() => agent[Symbol.asyncDispose]())
  const { metricsPort } = agent
  if (metricsPort === undefined) throw new Error('the agent serves no metrics')
  return Object.assign(agent, { metricsPort })
}

const read = async (port: number): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()

const values = (text: string, name: string): readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[] => {
  const found: { labels: Readonly<Record<string, string>>; value: number }[] = []
  readExposition(text, { sample: (candidate) => candidate === name }, (_, labels, value) =>
    found.push({ labels: parseLabels(labels), value }),
  )
  return found
}

withPrometheus('a real Prometheus reads an agent and its controller, and both texts pass promtool', async (t) => {
  t.timeout(120_000)
  await using fleet = await startTestController()
  const fake = fakeGpus(t, { gpus: 2 })
  fake.hold(fake.uuid(1))
  const { token } = await fleet.control.createToken({ kind: 'host', uses: 1, ttlMs: 0, role: '', name: '' })
  const agent = await startTestAgent(t, token, fake)
  const controllerPort = fleet.controller.metricsPort ?? 0
  await using prometheus = await startPrometheus({ agent: agent.metricsPort, controller: controllerPort })

  const used = await eventually(async () => {
    const [sample] = await prometheus.query(`hostler_gpu_memory_used_bytes{job="agent",uuid="${fake.uuid(1)}"}`)
    return sample && sample.value > 0 ? sample : undefined
  }, within('the memory in use'))
  t.is(used.value, Math.floor((143_771 * 90) / 100) * 1024 * 1024)
  t.is(used.metric.gpu, '1')
  const total = await eventually(async () => {
    const [sample] = await prometheus.query('hostler_controller_host_gpu_memory_total_bytes{host="gpu-01"}')
    return sample && sample.value > 0 ? sample : undefined
  }, within("the host's sum at the controller"))
  t.is(total.value, 2 * 143_771 * 1024 * 1024)
  const ready = await eventually(
    async () => (await prometheus.query('hostler_controller_hosts{state="ready"} == 1'))[0],
    within('the host'),
  )
  t.is(ready.value, 1)
  await eventually(
    async () => (await prometheus.query('rate(hostler_host_cpu_seconds_total{mode="idle"}[10s]) > 0'))[0],
    within('a rate of the CPU time'),
  )
  t.deepEqual(
    (await prometheus.query('up')).map(({ value }) => value),
    [1, 1],
  )
  t.is(promtoolSays(await read(agent.metricsPort)), '')
  t.is(promtoolSays(await read(controllerPort)), '')
})

test('a GPU that vanishes between samples loses its series, and a hung nvidia-smi shows as age of figures that stay', async (t) => {
  await using fleet = await startTestController()
  const fake = fakeGpus(t, { gpus: 3 })
  const { token } = await fleet.control.createToken({ kind: 'host', uses: 1, ttlMs: 0, role: '', name: '' })
  const { metricsPort } = await startTestAgent(t, token, fake)
  const uuids = async () => values(await read(metricsPort), 'hostler_gpu_memory_used_bytes').map(({ labels }) => labels.uuid)
  await eventually(async () => (await uuids()).length === 3, within('three GPUs'))
  fake.set('missing', '1')
  await eventually(async () => (await uuids()).join() === [fake.uuid(0), fake.uuid(2)].join(), within('the GPU to be gone'))

  fake.set('mode', 'hang')
  const first = (text: string, name: string) => values(text, name)[0]?.value ?? Number.NaN
  const text = await eventually(async () => {
    const now = await read(metricsPort)
    return first(now, 'hostler_gpu_sample_age_seconds') > 2 ? now : undefined
  }, within('the figures to age'))
  t.is(values(text, 'hostler_gpu_memory_used_bytes').length, 2)
  t.true(first(text, 'hostler_agent_collector_age_seconds') < 2, 'the other figures are fresh')
})

test('figures reach the controller by the session, and are asked for by the name of the host', async (t) => {
  await using fleet = await startTestController({ lease: { heartbeatMs: 200 } })
  const fake = fakeGpus(t, { gpus: 2 })
  const { token } = await fleet.control.createToken({ kind: 'host', uses: 1, ttlMs: 0, role: '', name: '' })
  await startTestAgent(t, token, fake)
  const host = await eventually(async () => {
    const [found] = await fleet.control.metrics(['gpu-01'])
    return found?.figures.some(({ name }) => name === 'hostler_gpu_power_watts') ? found : undefined
  }, within('the figures'))
  t.is(host.host, 'gpu-01')
  t.deepEqual(
    host.figures.filter(({ name }) => name === 'hostler_gpu_power_watts').map(({ labels, value }) => [labels.gpu, labels.uuid, value]),
    [
      ['0', fake.uuid(0), 80],
      ['1', fake.uuid(1), 80],
    ],
  )
  const later = await eventually(async () => {
    const [found] = await fleet.control.metrics(['gpu-01'])
    return found && found.atUnixMs > host.atUnixMs ? found : undefined
  }, within('a later round'))
  t.true(later.ageMs < 5_000)
  await t.throwsAsync(fleet.control.metrics(['gpu-02']), { code: 'NOT_FOUND' })
})
