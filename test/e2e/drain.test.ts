import test from 'ava'
import { Load } from '../../demo/load.ts'
import { type LabEngine, labEngine } from '../lab/engine.ts'
import { LabFleet } from '../lab/fleet.ts'
import { createLab } from '../lab/lab.ts'
import { labTest } from '../lab/requires.ts'
import { eventually } from '../lab/wait.ts'
import { scratchDirectory } from '../support/scratch.ts'

const onLab = labTest(test.serial, { root: true, engine: true })

const deadlineMs = 90_000
const resources: AsyncDisposableStack[] = []

const spec = (engine: LabEngine, modelFile: string) => `\
name: steady
model: { name: steady, path: ${modelFile} }
engine: { preset: llamacpp, maxModelLen: 4096, args: [--threads, "1"] }
image: ${engine.image}
pull: never
replicas: 2
resources: { gpus: 1, gpuMemory: 1Gi }
`

test.serial.after.always('remove the lab', async () => {
  for (const stack of resources) await stack.disposeAsync()
})

onLab('a host is drained under load without a failed request, and a full fleet says what the drain waits for', async (t) => {
  t.timeout(420_000)
  const stack = new AsyncDisposableStack()
  resources.push(stack)
  const engine = await labEngine()
  const lab = stack.use(await createLab())
  const { path } = stack.use(await scratchDirectory())
  const fleet = stack.use(new LabFleet(lab, path, new AbortController().signal))
  const [hosts] = await Promise.all([lab.addHosts(3, { engine: true }), fleet.startController()])
  const { token } = await fleet.control.createToken({ kind: 'host', ttlMs: 0, uses: 3, role: '', name: '' })
  const gateway = await fleet.control.createToken({ kind: 'gateway', ttlMs: 0, uses: 1, role: '', name: '' })
  await Promise.all([fleet.startGateway(gateway.token), ...hosts.map((host) => fleet.addMember(host, engine, token, 1))])
  const { key } = await fleet.control.createKey({ tenant: 'test', models: [], requestsPerSecond: 0, burst: 0, ttlMs: 0 })
  await eventually(async () => (await fleet.control.fleet(['hosts'])).hosts.filter(({ state }) => state === 'ready').length === 3, {
    deadlineMs,
    what: 'three ready hosts',
  })
  await fleet.cli(['deploy', '-f', '-'], { input: spec(engine, await engine.modelFile(1)) })
  const replicas = async () => (await fleet.control.fleet(['replicas'])).replicas
  const stateOf = async (name: string) => (await fleet.control.fleet(['hosts'])).hosts.find((host) => host.name === name)
  const [first] = await replicas()
  const from = first?.host ?? ''

  const load = new Load({ origin: fleet.origin, apiKey: key, model: 'steady', clients: 4, pauseMs: 20 })
  await eventually(async () => load.answered > 10, { deadlineMs, what: 'the load to be answered' })
  const told = await fleet.cli(['drain', from, '--timeout', '3m'])
  t.regex(told, /waits for its replacement: steady-3/)
  t.regex(told, new RegExp(`host ${from} is drained: no replica is left on it`))
  const answered = load.answered
  await eventually(async () => load.answered > answered + 10, { deadlineMs, what: 'the load to be answered after the drain' })
  await load.stop({ force: false })
  t.log(load.tally())
  t.like(load.tally(), { failed: 0, cut: 0 }, load.problems.join('\n'))

  t.is((await stateOf(from))?.state, 'drained')
  t.deepEqual(
    (await replicas()).filter(({ host }) => host === from),
    [],
  )
  const member = fleet.members.find(({ host }) => host.name === from)
  t.deepEqual(await member?.host.docker.listContainers({ all: true }), [])

  // No room is left: the wish stands over a restart of the controller, and nothing is taken.
  const other = (await replicas())[0]?.host ?? ''
  const late = await fleet.tryCli(['drain', other, '--timeout', '8s'])
  t.is(late.code, 5, late.stdout + late.stderr)
  t.regex(late.stderr, new RegExp(`has no place elsewhere: hostler uncordon ${from}`))
  fleet.controllerProcess.kill('SIGKILL')
  await fleet.controllerProcess.exited
  await fleet.startController()
  await eventually(async () => (await stateOf(other))?.state === 'draining', { deadlineMs, what: 'the drain to be remembered' })
  t.is((await replicas()).filter(({ routed }) => routed).length, 2)
  await fleet.cli(['uncordon', from])
  await fleet.cli(['drain', other, '--timeout', '3m'])
  t.deepEqual(
    (await replicas()).filter(({ host }) => host === other),
    [],
  )
})
