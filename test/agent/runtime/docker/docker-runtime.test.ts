import { createServer } from 'node:http'
import { connect, createServer as createRelay } from 'node:net'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { DockerRuntime } from '../../../../agent/runtime/docker/docker-runtime.ts'
import type { Instance, Runtime } from '../../../../agent/runtime/runtime.ts'
import type { ReplicaSpec } from '../../../../shared/fleet/replica.ts'
import { silentLog } from '../../../../shared/log/log.ts'
import { type LabEngine, labEngine } from '../../../lab/engine.ts'
import type { LabHost } from '../../../lab/host.ts'
import { createLab, type Lab } from '../../../lab/lab.ts'
import { labTest, whyNot } from '../../../lab/requires.ts'
import { eventually } from '../../../lab/wait.ts'
import { testHostId, textOf } from '../exec-home.ts'
import { identityFor, replicaSpec } from '../replica-specs.ts'

const needs = { root: true, engine: true }
const onEngine = labTest(test.serial, needs)
const never = new AbortController().signal

let lab: Lab
let host: LabHost
let engine: LabEngine

test.before(async () => {
  if (whyNot(needs) !== undefined) return
  engine = await labEngine()
  await engine.modelFile(1)
  lab = await createLab()
  host = await lab.addHost({ engine: true })
  await engine.load(host.docker)
})
test.after.always(() => lab?.[Symbol.asyncDispose]())

const open = (hostId = testHostId): DockerRuntime => new DockerRuntime({ hostId, sockets: [host.engine.socketPath], log: silentLog })

const shellSpec = (script: string, changes: Partial<ReplicaSpec> = {}): ReplicaSpec =>
  replicaSpec({
    runtime: 'docker',
    image: engine.image,
    command: ['/bin/sh', '-c', script],
    memlock: 'off',
    stopGraceMs: 1_000,
    ...changes,
  })

const launch = async (t: ExecutionContext, spec: ReplicaSpec, changes = {}, runtime: Runtime = open()): Promise<Instance> => {
  const instance = await runtime.launch({ spec, identity: identityFor(spec, changes) })
  t.teardown(() => runtime.remove(instance))
  return instance
}

const find = async (runtime: Runtime, id: string): Promise<Instance | undefined> =>
  (await runtime.list()).find((instance) => instance.id === id)

const ended = (runtime: Runtime, id: string): Promise<Instance> =>
  eventually(
    async () => {
      const instance = await find(runtime, id)
      return instance?.state === 'exited' && instance
    },
    { deadlineMs: 20_000, what: 'the container to end' },
  )

onEngine('a container carries its identity, and a later agent reads all of it back', async (t) => {
  const spec = shellSpec('sleep 600', { gpuUuids: ['GPU-a'] })
  const identity = identityFor(spec, { port: 23456, generation: 7, address: host.address })
  const instance = await launch(t, spec, identity)
  const [found] = await open().list()
  t.deepEqual(found, instance)
  t.deepEqual(found?.identity, identity)
  t.like(found, { state: 'running', oomKilled: false, warnings: [] })
  t.deepEqual(await open('another-host').list(), [])
})

onEngine('a container is set up as inference needs it', async (t) => {
  const spec = shellSpec('sleep 600', {
    gpuUuids: ['GPU-a', 'GPU-b'],
    modelPath: engine.modelDirectory,
    mountPath: '/model',
    shmMiB: 128,
    memoryRequestMiB: 64,
    memoryLimitMiB: 256,
    env: { WHERE: '{{address}}:{{port}}', WEIGHTS: '{{modelPath}}/lab-1.gguf' },
  })
  const instance = await launch(t, spec, { port: 23456, address: host.address })
  const { Config, HostConfig, Mounts } = await host.docker.getContainer(instance.id).inspect()
  t.like(HostConfig, {
    NetworkMode: 'host',
    ShmSize: 128 * 1024 * 1024,
    MemoryReservation: 64 * 1024 * 1024,
    Memory: 256 * 1024 * 1024,
    Init: true,
    SecurityOpt: ['no-new-privileges'],
    RestartPolicy: { Name: 'no' },
  })
  t.like(Mounts[0], { Source: engine.modelDirectory, Destination: '/model', RW: false })
  const env = new Set(Config.Env)
  for (const variable of [
    'NVIDIA_VISIBLE_DEVICES=GPU-a,GPU-b',
    'MODEL_PATH=/model',
    `WHERE=${host.address}:23456`,
    'WEIGHTS=/model/lab-1.gguf',
  ])
    t.true(env.has(variable), variable)
})

onEngine('a container that is killed is told of at once, with its exit code', async (t) => {
  const runtime = open()
  const stop = new AbortController()
  t.teardown(() => stop.abort())
  const events = runtime.events(stop.signal)[Symbol.asyncIterator]()
  t.deepEqual((await events.next()).value, { kind: 'resync', instanceId: '' })
  const instance = await launch(t, shellSpec('sleep 600'), {}, runtime)
  await host.docker.getContainer(instance.id).kill({ signal: 'SIGKILL' })
  t.deepEqual((await events.next()).value, { kind: 'exited', instanceId: instance.id })
  t.like(await find(runtime, instance.id), { state: 'exited', exitCode: 137, oomKilled: false })
})

onEngine('a container over its memory limit is known to be killed for it', async (t) => {
  const instance = await launch(t, shellSpec('tail /dev/zero', { memoryLimitMiB: 32 }))
  t.like(await ended(open(), instance.id), { exitCode: 137, oomKilled: true })
})

onEngine('a container that ignores SIGTERM is killed after the grace; stopping and removing are safe to repeat', async (t) => {
  const runtime = open()
  const instance = await launch(t, shellSpec("trap '' TERM; while :; do sleep 1; done"))
  await runtime.stop(instance, 1_000)
  t.like(await find(runtime, instance.id), { state: 'exited', exitCode: 137 })
  await runtime.stop(instance, 1_000)
  await runtime.remove(instance)
  await runtime.remove(instance)
  await runtime.stop(instance, 1_000)
  t.is(await find(runtime, instance.id), undefined)
})

onEngine('a log has its tail, is followed to its end, and shows times when asked', async (t) => {
  const runtime = open()
  const instance = await launch(t, shellSpec('echo one; echo two; echo three; sleep 1; echo four >&2'))
  t.is(await textOf(runtime.logs(instance, { tailLines: 10, follow: true, timestamps: false }, never)), 'one\ntwo\nthree\nfour\n')
  t.is(await textOf(runtime.logs(instance, { tailLines: 2, follow: false, timestamps: false }, never)), 'three\nfour\n')
  t.regex(
    await textOf(runtime.logs(instance, { tailLines: 1, follow: false, timestamps: true }, never)),
    /^\d{4}-\d\d-\d\dT[\d:.]+Z four\n$/,
  )
})

onEngine('following a log ends with its signal', async (t) => {
  const runtime = open()
  const instance = await launch(t, shellSpec('echo ready; sleep 600'))
  const stop = new AbortController()
  let text = ''
  for await (const piece of runtime.logs(instance, { tailLines: 10, follow: true, timestamps: false }, stop.signal)) {
    text += piece
    stop.abort()
  }
  t.is(text, 'ready\n')
})

onEngine('a real engine answers on the address, port and key it was given, from the read-only model path', async (t) => {
  const spec = replicaSpec({
    runtime: 'docker',
    image: engine.image,
    modelPath: join(engine.modelDirectory, 'lab-1.gguf'),
    mountPath: '/model/lab.gguf',
    args: ['--model', '{{modelPath}}', '--host', '{{address}}', '--port', '{{port}}', '--api-key', '{{apiKey}}', '--ctx-size', '4096'],
  })
  await launch(t, spec, { address: host.address, port: 23460 })
  const url = `http://${host.address}:23460`
  await eventually(async () => (await fetch(`${url}/health`)).ok, { deadlineMs: 30_000, what: 'the model to be loaded' })
  const body = JSON.stringify({ prompt: 'hello', max_tokens: 2 })
  const post = (key: string) => fetch(`${url}/v1/completions`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body })
  t.is((await post('wrong')).status, 401)
  t.is((await post(spec.apiKey)).status, 200)
})

onEngine('a launch that the engine refuses fails with its reason and leaves no container', async (t) => {
  const runtime = open()
  const spec = shellSpec('sleep 600', { modelPath: '/no/such/model' })
  const error = await t.throwsAsync(runtime.launch({ spec, identity: identityFor(spec) }))
  t.like(error, { code: 'LAUNCH_FAILED' })
  t.regex(error?.message ?? '', /\/no\/such\/model/)
  t.deepEqual(await runtime.list(), [])
})

onEngine('a command that is not in the image ends at once and says so', async (t) => {
  const runtime = open()
  const instance = await launch(t, shellSpec('', { command: ['/no/such/engine'] }))
  t.is((await ended(runtime, instance.id)).exitCode, 127)
  t.regex(await textOf(runtime.logs(instance, { tailLines: 5, follow: false, timestamps: false }, never)), /no\/such\/engine/)
})

onEngine('an image that is missing and cannot be pulled is an error that names it and the reason', async (t) => {
  const runtime = open()
  // Port 9 of this host: nothing listens there.
  const spec = shellSpec('', { image: `${host.address}:9/no/such-image:1` })
  t.false(await runtime.hasArtifact(spec))
  t.true(await runtime.hasArtifact(shellSpec('')))
  const error = await t.throwsAsync(runtime.pull(spec.image, () => {}, never))
  t.like(error, { code: 'IMAGE_MISSING' })
  t.regex(error?.message ?? '', /no\/such-image:1 .*(refused|unreachable|denied|not found)/i)
  t.like(await t.throwsAsync(runtime.launch({ spec, identity: identityFor(spec) })), { code: 'IMAGE_MISSING' })
  t.deepEqual(await runtime.list(), [])
})

onEngine('memlock is granted, or is known not to be grantable before the launch and said so afterwards', async (t) => {
  const runtime = open()
  const facts = await runtime.info()
  t.like(facts, { name: 'docker', problem: '' })
  t.regex(facts.version, /^\d+\.\d+/)
  t.not(facts.memlockEvidence, '')
  const auto = await launch(t, shellSpec('sleep 600', { id: 'auto', memlock: 'auto' }))
  const { HostConfig } = await host.docker.getContainer(auto.id).inspect()
  t.is((HostConfig.Ulimits ?? []).length, facts.memlockUnlimited ? 1 : 0)
  t.is(auto.warnings.length, facts.memlockUnlimited ? 0 : 1)
  t.deepEqual((await find(open(), auto.id))?.warnings, auto.warnings)
  const require = shellSpec('sleep 600', { id: 'require', memlock: 'require' })
  if (facts.memlockUnlimited) await launch(t, require)
  else {
    const error = await t.throwsAsync(runtime.launch({ spec: require, identity: identityFor(require) }))
    t.like(error, { code: 'MEMLOCK_UNAVAILABLE' })
    t.regex(error?.message ?? '', /CAP_SYS_RESOURCE/)
  }
})

onEngine('an engine that nothing was known against, and that refuses memlock, is launched on without it and remembered', async (t) => {
  // Behind a relay the process of the engine is not to be found.
  const relayed = `/tmp/hostler-relay-${process.pid}.sock`
  const relay = createRelay((client) => {
    const upstream = connect(host.engine.socketPath)
    client.pipe(upstream).pipe(client)
    client.on('error', () => upstream.destroy())
    upstream.on('error', () => client.destroy())
  }).listen(relayed)
  await new Promise((resolve) => relay.once('listening', resolve))
  t.teardown(() => relay.close())
  const runtime = new DockerRuntime({ hostId: testHostId, sockets: [relayed], log: silentLog })
  const real = await open().info()
  const instance = await launch(t, shellSpec('sleep 600', { memlock: 'auto' }), {}, runtime)
  t.is(instance.state, 'running')
  t.is(instance.warnings.length, real.memlockUnlimited ? 0 : 1)
  t.is((await runtime.info()).memlockUnlimited, real.memlockUnlimited)
})

test('an engine whose socket is missing is unavailable, with what to do', async (t) => {
  const runtime = new DockerRuntime({ hostId: testHostId, sockets: ['/nonexistent/docker.sock'], log: silentLog })
  const facts = await runtime.info()
  t.regex(facts.problem, /\/nonexistent\/docker\.sock does not exist.*systemctl/)
  t.like(await t.throwsAsync(runtime.list()), { code: 'RUNTIME_UNAVAILABLE' })
})

test('a socket that is no engine is unavailable, or refused with what it said', async (t) => {
  const path = `/tmp/hostler-no-engine-${process.pid}.sock`
  const server = createServer((_, response) => response.writeHead(500).end('{"message":"this is no engine"}')).listen(path)
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => server.close())
  const facts = await new DockerRuntime({ hostId: testHostId, sockets: [path], log: silentLog }).info()
  t.regex(facts.problem, /this is no engine/)
})

test('an engine that never answers is given up after the deadline', async (t) => {
  const path = `/tmp/hostler-mute-engine-${process.pid}.sock`
  const server = createServer(() => {}).listen(path)
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const facts = await new DockerRuntime({ hostId: testHostId, sockets: [path], log: silentLog }).info()
  t.regex(facts.problem, /did not answer within/)
})
