import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { request } from 'undici'
import type { LabEngine } from '../lab/engine.ts'
import { labEngine } from '../lab/engine.ts'
import { LabFleet } from '../lab/fleet.ts'
import { createLab } from '../lab/lab.ts'
import { labTest } from '../lab/requires.ts'
import { eventually } from '../lab/wait.ts'
import { scratchDirectory } from '../support/scratch.ts'

const onLab = labTest(test.serial, { root: true, engine: true })

interface World {
  readonly fleet: LabFleet
  readonly engine: LabEngine
  readonly key: string
}

const deadlineMs = 60_000
const resources: AsyncDisposableStack[] = []
let world: World

/** Leases short enough for a test to wait for, long enough for two busy cores. */
const leases = {
  HOSTLER_CONTROLLER_LEASE_DURATION_MS: '4000',
  HOSTLER_CONTROLLER_LEASE_GRACE_MS: '2000',
  HOSTLER_CONTROLLER_LEASE_HEARTBEAT_MS: '500',
}

const startWorld = async (): Promise<World> => {
  const stack = new AsyncDisposableStack()
  resources.push(stack)
  const engine = await labEngine()
  const lab = stack.use(await createLab())
  const { path } = stack.use(await scratchDirectory())
  const fleet = stack.use(new LabFleet(lab, path, new AbortController().signal))
  const [hosts] = await Promise.all([lab.addHosts(3, { engine: true }), fleet.startController(leases)])
  const { token } = await fleet.control.createToken({ kind: 'host', ttlMs: 0, uses: 3, role: '', name: '' })
  const gateway = await fleet.control.createToken({ kind: 'gateway', ttlMs: 0, uses: 1, role: '', name: '' })
  await Promise.all([fleet.startGateway(gateway.token), ...hosts.map((host) => fleet.addMember(host, engine, token, 1))])
  const { key } = await fleet.control.createKey({ tenant: 'test', models: [], requestsPerSecond: 0, burst: 0, ttlMs: 0 })
  await eventually(async () => (await fleet.control.fleet(['hosts'])).hosts.filter(({ state }) => state === 'ready').length === 3, {
    deadlineMs,
    what: 'three ready hosts',
  })
  return { fleet, engine, key }
}

const chat = async (model: string, body: Readonly<Record<string, unknown>> = {}) => {
  const answer = await request(`${world.fleet.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${world.key}` },
    body: JSON.stringify({ model, max_tokens: 4, messages: [{ role: 'user', content: 'Hello' }], ...body }),
  })
  return {
    status: answer.statusCode,
    headers: answer.headers,
    json: (await answer.body.json()) as { error?: { code: string; message: string }; choices?: unknown[] },
  }
}

const spec = (name: string, modelFile: string, replicas: number, extra = '') => `\
name: ${name}
model: { name: ${name}, path: ${modelFile} }
engine: { preset: llamacpp, maxModelLen: 256, args: [--threads, "1"] }
image: ${world.engine.image}
pull: never
replicas: ${replicas}
${extra}`

const oneGpu = 'resources: { gpus: 1, gpuMemory: 1Gi }\n'

const replicas = async (deployment: string) =>
  (await world.fleet.control.fleet(['replicas'])).replicas.filter((replica) => replica.deployment === deployment)

/** Deletes a deployment and waits until no replica and no container of it is left. */
const removed = async (t: ExecutionContext, name: string) => {
  await world.fleet.cli(['delete', name, '--yes'])
  await eventually(
    async () => (await world.fleet.control.fleet(['deployments'])).deployments.every((deployment) => deployment.name !== name),
    { deadlineMs, what: `${name} to be gone` },
  )
  const containers = await Promise.all(
    world.fleet.members.map(({ host }) =>
      host.docker.listContainers({ all: true, filters: JSON.stringify({ label: [`hostler.deployment=${name}`] }) }),
    ),
  )
  t.deepEqual(containers.flat(), [])
}

test.serial.after.always('remove the lab', async () => {
  for (const stack of resources) await stack.disposeAsync()
})

onLab('three hosts join and a deployment answers through the gateway', async (t) => {
  t.timeout(180_000)
  world = await startWorld()
  await world.fleet.cli(['deploy', '-f', '-'], { input: spec('steady', await world.engine.modelFile(1), 2, oneGpu) })
  const answer = await chat('steady')
  t.is(answer.status, 200)
  t.is(answer.json.choices?.length, 1)
})

onLab('an unknown model is a 404 in the error shape of OpenAI, and a body over the limit a 413', async (t) => {
  const unknown = await chat('nobody')
  t.is(unknown.status, 404)
  t.is(unknown.json.error?.code, 'model_not_found')
  const large = await chat('steady', { padding: 'x'.repeat(11 * 1024 * 1024) })
  t.is(large.status, 413)
})

onLab('a model name that another deployment serves is refused, and nothing is half applied', async (t) => {
  const { code, stderr } = await world.fleet.tryCli(['deploy', '-f', '-'], {
    input: spec('other', await world.engine.modelFile(1), 1).replace('name: other, path', 'name: steady, path'),
  })
  t.not(code, 0)
  t.regex(stderr, /already served by deployment "steady"/)
  t.is((await world.fleet.control.fleet(['deployments'])).deployments.length, 1)
})

onLab('what finds no place says why for each host and what would help', async (t) => {
  const input = spec('greedy', await world.engine.modelFile(1), 1, 'resources: { gpus: 4, gpuMemory: 1Gi }\n')
  const applied = await world.fleet.tryCli(['deploy', '-f', '-', '--no-wait'], { input })
  t.is(applied.code, 0, applied.stderr)
  const described = await eventually(
    async () => {
      const text = await world.fleet.cli(['describe', 'deployment', 'greedy'])
      return text.includes('host-3') && text
    },
    { deadlineMs, what: 'the reasons of every host' },
  )
  for (const host of ['host-1', 'host-2', 'host-3']) t.regex(described, new RegExp(`${host}.*GPU`, 'i'))
  await removed(t, 'greedy')
})

onLab('an engine that exits at once backs off, and describe shows its last words', async (t) => {
  const input = spec('crashing', await world.engine.modelFile(1), 1).replace('args: [', 'args: [--no-such-option, ')
  const deployed = await world.fleet.tryCli(['deploy', '-f', '-', '--timeout', '60s'], { input })
  t.is(deployed.code, 1, deployed.stdout + deployed.stderr)
  t.regex(deployed.stdout + deployed.stderr, /no-such-option/)
  const [replica] = await replicas('crashing')
  t.truthy(replica)
  const described = await world.fleet.cli(['describe', 'replica', replica?.id ?? ''])
  t.regex(described, /no-such-option/)
  t.true((replica?.restarts ?? 0) >= 1)
  await removed(t, 'crashing')
})

onLab('a revision that cannot load is rolled back by itself, says why, and no request fails meanwhile', async (t) => {
  const damaged = join(world.engine.modelDirectory, 'damaged.gguf')
  await writeFile(damaged, 'this is not a model')
  let asked = 0
  let failed = 0
  const stop = new AbortController()
  const asking = (async () => {
    while (!stop.signal.aborted) {
      asked += 1
      if ((await chat('steady')).status !== 200) failed += 1
    }
  })()
  const deployed = await world.fleet.tryCli(['deploy', '-f', '-', '--timeout', '120s'], { input: spec('steady', damaged, 2, oneGpu) })
  stop.abort()
  await asking
  t.is(deployed.code, 1, deployed.stdout + deployed.stderr)
  t.true(asked > 0)
  t.is(failed, 0)
  const history = await world.fleet.cli(['rollout', 'history', 'steady'])
  t.regex(history, /2\s+failed/)
  t.regex(history, /1\s+current/)
  await eventually(async () => (await replicas('steady')).filter(({ routed, revision }) => routed && revision === 1).length === 2, {
    deadlineMs,
    what: 'revision 1 to serve with two replicas',
  })
})

onLab('logs are read from the host, and followed until the reader leaves', async (t) => {
  const [replica] = await replicas('steady')
  const text = await world.fleet.cli(['logs', replica?.id ?? '', '--tail', '50'])
  t.true(text.split('\n').length > 5)
  const left = new AbortController()
  let bytes = 0
  const following = (async () => {
    for await (const chunk of world.fleet.control.logs(
      { replica: replica?.id ?? '', tailLines: 1, follow: true, timestamps: false },
      left.signal,
    ))
      bytes += chunk.length
  })().catch(() => {})
  await eventually(
    async () => {
      await chat('steady')
      return bytes > 0
    },
    { deadlineMs, what: 'followed log lines' },
  )
  left.abort()
  await following
  t.pass()
})

onLab('a host without, with a hanging and with a lying nvidia-smi says so, and takes no GPU replica', async (t) => {
  const [member] = world.fleet.members
  if (!member) return t.fail('no member')
  const spare = (await world.fleet.control.fleet(['hosts'])).hosts
  t.true(spare.every(({ inventory }) => inventory?.gpuProblem === ''))
  for (const mode of ['hang', 'lying', 'die']) {
    await writeFile(join(`${member.nvidiaSmi}.d`, 'mode'), `${mode}\n`)
    await member.process.stop()
    await world.fleet.restartAgent(member)
    const problem = await eventually(
      async () => {
        const host = (await world.fleet.control.fleet(['hosts'])).hosts.find(({ name }) => name === member.host.name)
        return host?.state === 'ready' && (host.inventory?.gpuProblem ?? '') !== '' && host.inventory?.gpuProblem
      },
      { deadlineMs, what: `${member.host.name} to say what is wrong (${mode})` },
    )
    t.true((problem ?? '').length > 0, mode)
  }
  t.is((await chat('steady')).status, 200)
  await writeFile(join(`${member.nvidiaSmi}.d`, 'mode'), 'ok\n')
  await member.process.stop()
  await world.fleet.restartAgent(member)
  await eventually(
    async () =>
      (await world.fleet.control.fleet(['hosts'])).hosts.every(({ inventory, state }) => inventory?.gpuProblem === '' && state === 'ready'),
    { deadlineMs, what: 'all GPUs to be read again' },
  )
})

onLab('a host that is cut off is replaced after lease and grace, and what is surplus goes when it returns', async (t) => {
  const before = (await replicas('steady')).filter(({ routed }) => routed)
  const victim = before[0]
  const member = world.fleet.members.find(({ host }) => host.name === victim?.host)
  if (!victim || !member) return t.fail('no victim')
  await member.host.link.cut()
  await eventually(async () => (await chat('steady')).status === 200, { deadlineMs, what: 'an answer from another replica' })
  const replacement = await eventually(
    async () => (await replicas('steady')).find(({ routed, host }) => routed && !before.some((known) => known.host === host)),
    {
      deadlineMs,
      what: 'a replacement on another host',
    },
  )
  t.not(replacement.host, victim.host)
  t.is((await member.host.docker.listContainers()).length, 1, 'the host that is cut off keeps serving')
  await member.host.link.restore()
  await eventually(async () => (await member.host.docker.listContainers({ all: true })).length === 0, {
    deadlineMs,
    what: 'the surplus replica to be removed',
  })
  await eventually(async () => (await replicas('steady')).length === 2, { deadlineMs, what: 'two replicas and no more' })
})

onLab('a controller that restarts keeps every container and the deployment keeps answering', async (t) => {
  const before = (await replicas('steady')).map(({ instanceId }) => instanceId).sort()
  world.fleet.controllerProcess.kill('SIGKILL')
  await world.fleet.controllerProcess.exited
  t.is((await chat('steady')).status, 200)
  // Agents look for it every 5 s at last, and a start may take as long on two busy cores.
  await world.fleet.startController({ ...leases, HOSTLER_CONTROLLER_LEASE_GRACE_MS: '30000' })
  await eventually(
    async () => {
      const now = await replicas('steady')
      return (
        now.length === 2 &&
        now.every(({ routed, phase }) => routed && phase === 'ready') &&
        now
          .map(({ instanceId }) => instanceId)
          .sort()
          .join() === before.join()
      )
    },
    { deadlineMs, what: 'the same containers to be ready' },
  )
  t.is((await chat('steady')).status, 200)
})

onLab('undo goes back a revision, scaling to nothing and deleting leave no container', async (t) => {
  await world.fleet.cli(['deploy', '-f', '-'], { input: spec('steady', await world.engine.modelFile(2), 2, oneGpu) })
  await world.fleet.cli(['rollout', 'undo', 'steady'])
  await eventually(async () => (await replicas('steady')).filter(({ routed, revision }) => routed && revision === 1).length === 2, {
    deadlineMs,
    what: 'revision 1 again',
  })
  await world.fleet.cli(['scale', 'steady', '--replicas', '0'])
  await eventually(async () => (await replicas('steady')).length === 0, { deadlineMs, what: 'no replicas' })
  await removed(t, 'steady')
})
