import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import { gpuHolders } from '../../../agent/observe/gpu-holders.ts'
import { NvidiaSmi } from '../../../agent/observe/nvidia-smi.ts'
import { eventually } from '../../lab/wait.ts'
import { fakeGpus } from '../observe/fake-gpus.ts'
import { freePort, textOf } from '../runtime/exec-home.ts'
import { identityFor, replicaSpec, stubSpec } from '../runtime/replica-specs.ts'
import { agentHome, hostSpec } from './running.ts'

const never = new AbortController().signal
const post = (endpoint: string, path: string) => fetch(`http://${endpoint}${path}`, { method: 'POST' })
const kill = (pid: number | undefined) => process.kill(pid ?? 0, 'SIGKILL')

test('a replica is launched, loaded, asked for a real completion, and ready', async (t) => {
  const { reconciler, reaches } = await (await agentHome(t)).start()
  const phases: string[] = []
  reconciler.onChange((ids) => {
    for (const id of ids) phases.push(reconciler.statuses().get(id)?.phase ?? 'gone')
  })
  await reconciler.setSpec(hostSpec(1, stubSpec(['--load-ms', '500', '--warm-ms', '500'])))
  const ready = await reaches('chat-1-0', 'ready')
  t.deepEqual([...new Set(phases)], ['starting', 'loading', 'probing', 'ready'])
  t.like(ready, { reason: '', restarts: 0, deployment: 'chat', revision: 1, lastLogLines: [] })
  t.regex(ready.endpoint, /^127\.0\.0\.1:2\d{4}$/)
  const seen = (await (await fetch(`http://${ready.endpoint}/stub/environment`)).json()) as { completions: number }
  t.is(seen.completions, 1)
})

test('a spec is on disk, private, before it is in force, and an older one is refused', async (t) => {
  const home = await agentHome(t)
  const { reconciler } = await home.start()
  await reconciler.setSpec(hostSpec(5, stubSpec()))
  const file = join(home.stateDir, 'host-spec.json')
  t.is(statSync(file).mode & 0o777, 0o600)
  const error = await t.throwsAsync(reconciler.setSpec(hostSpec(4)))
  t.like(error, { code: 'CONFLICT' })
  t.is(reconciler.spec()?.generation, 5)
  await t.throwsAsync(reconciler.setSpec(hostSpec(6, stubSpec(), stubSpec())), { message: /chat-1-0 stands twice/ })
  t.is(reconciler.spec()?.generation, 5)
})

test('an engine lives on while the agent is away, and is adopted without a restart or a second warm probe', async (t) => {
  const home = await agentHome(t)
  const first = await home.start()
  await first.reconciler.setSpec(hostSpec(1, stubSpec()))
  const before = await first.reaches('chat-1-0', 'ready')
  await first.end()
  const second = await home.start()
  const phases = new Set<string>()
  second.reconciler.onChange(() => phases.add(second.status('chat-1-0')?.phase ?? 'gone'))
  const after = await second.reaches('chat-1-0', 'ready')
  t.is(after.instanceId, before.instanceId)
  t.is(after.endpoint, before.endpoint)
  t.is(after.restarts, 0)
  t.deepEqual([...phases], ['ready'])
  const seen = (await (await fetch(`http://${after.endpoint}/stub/environment`)).json()) as { completions: number }
  t.is(seen.completions, 1)
})

test('a killed engine is noticed and started again on the same port, and its last lines are kept', async (t) => {
  const home = await agentHome(t)
  const { reconciler, reaches } = await home.start()
  await reconciler.setSpec(hostSpec(1, stubSpec()))
  const before = await reaches('chat-1-0', 'ready')
  await post(before.endpoint, '/stub/say/goodbye')
  const [instance] = await home.exec.list()
  kill(instance?.pid)
  const after = await reaches('chat-1-0', 'ready', ({ restarts }) => restarts === 1)
  t.not(after.instanceId, before.instanceId)
  t.is(after.endpoint, before.endpoint)
  t.is(after.exitCode, 137)
  t.true(after.lastLogLines.includes('goodbye'))
  t.false(after.oomKilled)
})

test('an engine that exits at once is backed off from, with its exit code, its last lines and the time of the next start', async (t) => {
  const { reconciler, reaches } = await (await agentHome(t)).start()
  await reconciler.setSpec(hostSpec(1, replicaSpec({ command: ['/bin/sh', '-c', 'echo cannot open model; exit 42'] })))
  const status = await reaches('chat-1-0', 'backoff', ({ restarts, nextAttemptUnixMs }) => restarts >= 3 && nextAttemptUnixMs > 0)
  t.like(status, { reason: 'EXITED', exitCode: 42, lastLogLines: ['cannot open model'] })
  t.regex(status.message, /code 42/)
})

test('what is in no spec is stopped and removed, and its status goes with it', async (t) => {
  const home = await agentHome(t)
  const { reconciler, reaches, status } = await home.start()
  await reconciler.setSpec(hostSpec(1, stubSpec(), stubSpec([], { id: 'chat-1-1' })))
  await reaches('chat-1-0', 'ready')
  await reaches('chat-1-1', 'ready')
  const seen: string[] = []
  reconciler.onChange((ids) => {
    if (ids.includes('chat-1-1')) seen.push(status('chat-1-1')?.phase ?? 'gone')
  })
  await reconciler.setSpec(hostSpec(2, stubSpec()))
  await eventually(() => status('chat-1-1') === undefined, { deadlineMs: 10_000, what: 'the status to go' })
  t.deepEqual([...new Set(seen)], ['stopping', 'gone'])
  t.is(seen.filter((phase) => phase === 'gone').length, 1)
  t.deepEqual(
    (await home.exec.list()).map(({ identity }) => identity.replicaId),
    ['chat-1-0'],
  )
  t.is(status('chat-1-0')?.phase, 'ready')
})

test('an agent that never had a spec, or whose spec is damaged, touches nothing', async (t) => {
  const home = await agentHome(t)
  const spec = stubSpec()
  const instance = await home.exec.launch({ spec, identity: identityFor(spec, { hostId: home.hostId, port: await freePort() }) })
  const first = await home.start()
  await first.end()
  writeFileSync(join(home.stateDir, 'host-spec.json'), '{"format":1,"sha256":"0","spec":"{}"}')
  const second = await home.start()
  t.regex(second.reconciler.specProblem, /checksum.*moved to/)
  t.is(second.reconciler.spec(), undefined)
  t.is(readdirSync(home.stateDir).filter((name) => name.includes('damaged')).length, 1)
  await second.end()
  t.like((await home.exec.list())[0], { id: instance.id, state: 'running' })
  const third = await home.start()
  await third.reconciler.setSpec(hostSpec(1))
  await eventually(async () => (await home.exec.list()).length === 0, { deadlineMs: 10_000, what: 'the orphan to go' })
})

test('a replica whose content changed under the same id is replaced; changed probes alone leave it running', async (t) => {
  const { reconciler, reaches } = await (await agentHome(t)).start()
  await reconciler.setSpec(hostSpec(1, stubSpec()))
  const before = await reaches('chat-1-0', 'ready')
  const patient = stubSpec([], { health: { path: '/health', intervalMs: 50, timeoutMs: 1_000, failures: 1 } })
  await reconciler.setSpec(hostSpec(2, patient))
  await post(before.endpoint, '/stub/health/500')
  t.is((await reaches('chat-1-0', 'unhealthy')).instanceId, before.instanceId)
  await reconciler.setSpec(hostSpec(3, stubSpec([], { env: { NEW: '1' } })))
  const after = await reaches('chat-1-0', 'ready')
  t.not(after.instanceId, before.instanceId)
  t.is(after.restarts, 0)
})

test('a ready engine whose health path fails is unhealthy, and ready again when it recovers', async (t) => {
  const { reconciler, reaches } = await (await agentHome(t)).start()
  await reconciler.setSpec(hostSpec(1, stubSpec()))
  const { endpoint } = await reaches('chat-1-0', 'ready')
  await post(endpoint, '/stub/health/500')
  t.regex((await reaches('chat-1-0', 'unhealthy', ({ reason }) => reason === 'HEALTH_FAILED')).message, /HTTP 500.*told to fail/)
  await post(endpoint, '/stub/health/200')
  t.like(await reaches('chat-1-0', 'ready'), { restarts: 0, reason: '' })
})

test('an engine that stays unhealthy is started anew', async (t) => {
  const { reconciler, reaches } = await (await agentHome(t)).start({
    watch: { loadingPollMs: 50, warmAttempts: 1, warmPauseMs: 50, giveUpMs: 300 },
  })
  await reconciler.setSpec(hostSpec(1, stubSpec()))
  const { endpoint } = await reaches('chat-1-0', 'ready')
  await post(endpoint, '/stub/health/500')
  t.like(await reaches('chat-1-0', 'ready', ({ restarts }) => restarts === 1), { reason: '' })
})

test('an engine that does not load in time is stopped and started again, and the reason says what was seen', async (t) => {
  const { reconciler, reaches } = await (await agentHome(t)).start()
  await reconciler.setSpec(hostSpec(1, stubSpec(['--load-ms', '600000'], { loadTimeoutMs: 5_000 })))
  const status = await reaches('chat-1-0', 'backoff', ({ reason }) => reason === 'LOAD_TIMEOUT')
  t.regex(status.message, /within 5 s.*HTTP 503.*Loading model/)
})

test('an engine that cannot complete is stopped for good, with its answer and its last lines', async (t) => {
  const home = await agentHome(t)
  const { reconciler, reaches } = await home.start()
  await reconciler.setSpec(hostSpec(1, stubSpec(['--warm-status', '500'])))
  const status = await reaches('chat-1-0', 'failed', ({ lastLogLines }) => lastLogLines.length > 0)
  t.is(status.reason, 'WARM_PROBE_FAILED')
  t.regex(status.message, /HTTP 500.*the stub cannot complete/)
  t.deepEqual(
    (await home.exec.list()).map(({ state }) => state),
    ['exited'],
  )
  t.regex(await textOf(reconciler.logs('chat-1-0', { tailLines: 10, follow: false, timestamps: false }, never)), /stub engine listens/)
  await reconciler.setSpec(hostSpec(2, stubSpec()))
  await reaches('chat-1-0', 'ready')
})

test('a fixed port that somebody listens on blocks the launch, names who, and the launch follows when it is free', async (t) => {
  const { reconciler, reaches } = await (await agentHome(t)).start()
  const rival = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => rival.once('listening', resolve))
  const address = rival.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await reconciler.setSpec(hostSpec(1, stubSpec([], { port })))
  const blocked = await reaches('chat-1-0', 'blocked')
  t.is(blocked.reason, 'PORT_TAKEN')
  t.regex(blocked.message, new RegExp(`Port ${port} is in use by .*pid ${process.pid}`))
  rival.close()
  t.is((await reaches('chat-1-0', 'ready')).endpoint, `127.0.0.1:${port}`)
})

test('what would fail at launch is said before it, each with its remedy', async (t) => {
  const { reconciler, reaches } = await (await agentHome(t)).start()
  await reconciler.setSpec(
    hostSpec(
      1,
      stubSpec([], { id: 'model', modelPath: '/no/such/model' }),
      replicaSpec({ id: 'program', command: ['no-such-engine'] }),
      stubSpec([], { id: 'memory', memoryRequestMiB: 1_000_000_000 }),
      stubSpec([], { id: 'gpu', gpuUuids: ['GPU-missing'] }),
      replicaSpec({ id: 'docker', runtime: 'docker', image: 'none' }),
    ),
  )
  const reasons = await Promise.all(['model', 'program', 'memory', 'gpu', 'docker'].map((id) => reaches(id, 'blocked')))
  t.deepEqual(
    reasons.map(({ reason }) => reason),
    ['MODEL_PATH_MISSING', 'COMMAND_MISSING', 'MEMORY_EXCEEDED', 'GPU_MISSING', 'RUNTIME_UNAVAILABLE'],
  )
  for (const { preflight, id } of reasons.slice(0, 4))
    t.true(
      preflight.every(({ remedy }) => remedy !== ''),
      id,
    )
})

test('a GPU has one holder: foreign processes block a launch, and a successor waits until the former engine is gone', async (t) => {
  const fake = fakeGpus(t, { gpus: 2 })
  const holders = gpuHolders(new NvidiaSmi({ program: fake.program, environment: process.env }))
  const home = await agentHome(t)
  const { reconciler, reaches } = await home.start({ holders })
  const onGpu = (id: string, args: string[] = []) => stubSpec(args, { id, gpuUuids: [fake.uuid(0)], stopGraceMs: 700 })
  const foreign = fake.hold(fake.uuid(0))
  await reconciler.setSpec(hostSpec(1, onGpu('a', ['--ignore-term'])))
  const blocked = await reaches('a', 'blocked')
  t.is(blocked.reason, 'GPU_BUSY')
  t.regex(blocked.message, new RegExp(`Process ${foreign.pid} \\(.*sleep\\), which is not Hostler's`))
  await foreign.release()
  await reaches('a', 'ready')

  await reconciler.setSpec(hostSpec(2, onGpu('b')))
  t.is((await reaches('b', 'pending', ({ reason }) => reason !== '')).reason, 'GPU_HELD')
  const seen = new Set<number>()
  for (;;) {
    const running = (await home.exec.list()).filter(({ state }) => state === 'running')
    seen.add(running.length)
    if (running.some(({ identity }) => identity.replicaId === 'b')) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  t.deepEqual(
    [...seen].filter((count) => count > 1),
    [],
  )
  await reaches('b', 'ready')
})

test('when the GPUs cannot be read nothing is launched on them, what runs there runs on, and replicas without GPUs are launched', async (t) => {
  const fake = fakeGpus(t, { gpus: 2 })
  const holders = gpuHolders(new NvidiaSmi({ program: fake.program, environment: process.env, deadlineMs: 300 }))
  const { reconciler, reaches, status } = await (await agentHome(t)).start({ holders })
  const onGpu = (number: number) => stubSpec([], { id: `gpu-${number}`, gpuUuids: [fake.uuid(number)] })
  await reconciler.setSpec(hostSpec(1, onGpu(0)))
  await reaches('gpu-0', 'ready')
  fake.set('mode', 'hang')
  // By the time it is ready no reading from before counts any more.
  const plain = stubSpec(['--load-ms', '1000'], { id: 'plain' })
  await reconciler.setSpec(hostSpec(2, onGpu(0), plain))
  await reaches('plain', 'ready')
  await reconciler.setSpec(hostSpec(3, onGpu(0), onGpu(1), plain))
  const blocked = await reaches('gpu-1', 'blocked')
  t.is(blocked.reason, 'GPU_MISSING')
  t.regex(blocked.message, /cannot be read/)
  t.is(status('gpu-0')?.phase, 'ready')
  fake.set('mode', 'ok')
  await reaches('gpu-1', 'ready')
})

test('work that must not run twice stops when the lease is lost, and starts when it is held again', async (t) => {
  const home = await agentHome(t)
  const { reconciler, reaches } = await home.start()
  const job = stubSpec([], { id: 'job', onPartition: 'stop' })
  await reconciler.setSpec(hostSpec(1, job, stubSpec()))
  t.is((await reaches('job', 'pending')).reason, 'CONTROLLER_UNREACHABLE')
  reconciler.setLease('held')
  await reaches('job', 'ready')
  const { instanceId } = await reaches('chat-1-0', 'ready')
  reconciler.setLease('lost')
  await reaches('job', 'pending')
  t.is((await home.exec.list()).filter(({ state }) => state === 'running').length, 1)
  reconciler.setLease('held')
  await reaches('job', 'ready')
  t.is((await reaches('chat-1-0', 'ready')).instanceId, instanceId)
})

test('no key stands in a status or in what is remembered', async (t) => {
  const home = await agentHome(t)
  const { reconciler, reaches, end } = await home.start()
  await reconciler.setSpec(hostSpec(1, stubSpec([], { apiKey: 'very-secret-key' })))
  await reaches('chat-1-0', 'ready')
  await end()
  t.notRegex(JSON.stringify([...reconciler.statuses()]), /very-secret/)
  t.notRegex(readFileSync(join(home.stateDir, 'replicas.json'), 'utf8'), /very-secret/)
  t.is(statSync(join(home.stateDir, 'replicas.json')).mode & 0o777, 0o600)
})

test('a log of a replica that is not on the host is not found', async (t) => {
  const { reconciler } = await (await agentHome(t)).start()
  await t.throwsAsync(textOf(reconciler.logs('nobody', { tailLines: 1, follow: false, timestamps: false }, never)), { message: /nobody/ })
})
