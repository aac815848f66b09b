import test from 'ava'
import { request } from 'undici'
import { type LabEngine, labEngine } from '../lab/engine.ts'
import { LabFleet } from '../lab/fleet.ts'
import { createLab } from '../lab/lab.ts'
import { labTest } from '../lab/requires.ts'
import { eventually } from '../lab/wait.ts'
import { scratchDirectory } from '../support/scratch.ts'

const onLab = labTest(test.serial, { root: true, engine: true })
const deadlineMs = 90_000

interface World {
  readonly fleet: LabFleet
  readonly engine: LabEngine
  readonly key: string
}

const resources: AsyncDisposableStack[] = []
let world: World

const startWorld = async (): Promise<World> => {
  const stack = new AsyncDisposableStack()
  resources.push(stack)
  const engine = await labEngine()
  const lab = stack.use(await createLab())
  const { path } = stack.use(await scratchDirectory())
  const fleet = stack.use(new LabFleet(lab, path, new AbortController().signal))
  const [hosts] = await Promise.all([lab.addHosts(2, { engine: true }), fleet.startController()])
  const { token } = await fleet.control.createToken({ kind: 'host', ttlMs: 0, uses: 2, role: '', name: '' })
  const gateway = await fleet.control.createToken({ kind: 'gateway', ttlMs: 0, uses: 1, role: '', name: '' })
  await Promise.all([fleet.startGateway(gateway.token), ...hosts.map((host) => fleet.addMember(host, engine, token, 1))])
  const { key } = await fleet.control.createKey({ tenant: 'test', models: [], requestsPerSecond: 0, burst: 0, ttlMs: 0 })
  await eventually(async () => (await fleet.control.fleet(['hosts'])).hosts.filter(({ state }) => state === 'ready').length === 2, {
    deadlineMs,
    what: 'two ready hosts',
  })
  return { fleet, engine, key }
}

/** Sleeps after 16 s without a request; one request at a time a replica, so that the others wait at the gateway. */
const spec = async () => `\
name: sleepy
model: { name: sleepy, path: ${await world.engine.modelFile(1)} }
engine: { preset: llamacpp, maxModelLen: 2048, args: [--threads, "1"] }
image: ${world.engine.image}
pull: never
resources: { gpus: 1, gpuMemory: 1Gi }
maxConcurrent: 1
queue: { hold: 60s, max: 100 }
autoscale:
  min: 0
  max: 2
  idle: 16s
  signals: { waiting: 2 }
  scaleOut: { stabilization: 2s, every: 2s }
  scaleIn: { stabilization: 10s, every: 5s }
`

const chat = async (maxTokens = 4): Promise<number> => {
  const { statusCode, body } = await request(`${world.fleet.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${world.key}` },
    body: JSON.stringify({ model: 'sleepy', max_tokens: maxTokens, ignore_eos: true, messages: [{ role: 'user', content: 'Hello' }] }),
  })
  await body.dump()
  return statusCode
}

const deployment = async () => {
  const { deployments } = await world.fleet.control.fleet(['deployments'])
  return deployments.find(({ name }) => name === 'sleepy')
}

const asleep = () =>
  eventually(
    async () => {
      const { replicas } = await world.fleet.control.fleet(['replicas'])
      return replicas.length === 0 && (await deployment())?.replicasWanted === 0
    },
    { deadlineMs, what: 'sleepy to sleep', everyMs: 500 },
  )

test.serial.after.always('remove the lab', async () => {
  for (const stack of resources) await stack.disposeAsync()
})

onLab('a deployment that nobody asks for goes to sleep, and frees its GPU', async (t) => {
  t.timeout(240_000)
  world = await startWorld()
  await world.fleet.cli(['deploy', '-f', '-'], { input: await spec() })
  t.is(await chat(), 200)
  await asleep()
  t.regex(await world.fleet.cli(['describe', 'deployment', 'sleepy']), /Autoscale: +0 to 2; sleeps until a request comes/)
  const { hosts } = await world.fleet.control.fleet(['hosts'])
  t.deepEqual(
    hosts.flatMap(({ gpuHolders }) => gpuHolders),
    [],
  )
})

onLab('requests to a deployment that sleeps wake it, are held and all of them answered', async (t) => {
  t.timeout(180_000)
  const answers = await Promise.all(Array.from({ length: 5 }, () => chat()))
  t.deepEqual(answers, [200, 200, 200, 200, 200])
  const described = await world.fleet.cli(['describe', 'deployment', 'sleepy'])
  t.regex(described, /WokenUp.*scaled 0 -> 1: \d requests? waits? at gateways/)
})

onLab('what waits at the gateway brings a second replica, no request fails, and after the load it sleeps again', async (t) => {
  t.timeout(240_000)
  const stop = new AbortController()
  const statuses: number[] = []
  const clients = Array.from({ length: 10 }, async () => {
    while (!stop.signal.aborted) statuses.push(await chat(400))
  })
  const seen = await eventually(
    async () => {
      const now = await deployment()
      return now?.replicasWanted === 2 && now.replicasReady === 2 && now
    },
    { deadlineMs, what: 'a second replica', everyMs: 500 },
  )
  t.is(seen.autoscale?.signals[0]?.name, 'waiting')
  stop.abort()
  await Promise.all(clients)
  t.true(statuses.length > 0)
  t.true(
    statuses.every((status) => status === 200),
    `of ${statuses.length}: ${statuses.filter((status) => status !== 200)}`,
  )
  const described = await world.fleet.cli(['describe', 'deployment', 'sleepy'])
  t.regex(described, /ScaledOut.*scaled 1 -> 2: waiting [\d.]+ per replica, target 2, over 2 s/)
  await asleep()
  const last = await world.fleet.cli(['describe', 'deployment', 'sleepy'])
  t.regex(last, /PutToSleep.*scaled \d -> 0: no request for 16 s/)
})
