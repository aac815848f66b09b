import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { Load } from '../../demo/load.ts'
import type { Member } from '../lab/fleet.ts'
import type { LabHost } from '../lab/host.ts'
import { run } from '../lab/process.ts'
import { labTest } from '../lab/requires.ts'
import { eventually } from '../lab/wait.ts'
import { containersOn, deadlineMs, hostsReady, replicasOf, spec, startWorld, type World } from './support/world.ts'

const onLab = labTest(test.serial, { root: true, engine: true })

const loadOf = (world: World, model: string): Load =>
  new Load({ origin: world.fleet.origin, apiKey: world.key, model, clients: 2, pauseMs: 50 })

const serving = async (world: World, deployment: string, revision: number, count: number): Promise<boolean> => {
  const replicas = await replicasOf(world, deployment)
  return (
    replicas.length === count && replicas.every((replica) => replica.routed && replica.phase === 'ready' && replica.revision === revision)
  )
}

/** Engines that run on a host, in a container or out of one. */
const enginesOn = async ({ process: agent }: Member): Promise<number> => {
  const { stdout } = await run('pgrep', ['--count', '--ns', String(agent.pid), '--nslist', 'net', '^llama-server'], { accept: [0, 1] })
  return Number(stdout)
}

onLab(
  'a container engine that is killed or restarted, with its containers kept or lost, ends as it was, and leaves no orphan',
  async (t) => {
    t.timeout(240_000)
    await using world = await startWorld(2, { keepContainers: (index) => index === 0 })
    const { fleet, engine } = world
    const [keeps, loses] = fleet.members.toSorted((a, b) => a.host.name.localeCompare(b.host.name))
    if (!keeps || !loses) return t.fail('no hosts')
    await fleet.cli(['deploy', '-f', '-'], { input: spec(world, 'steady', await engine.modelFile(1), 2) })
    await using running = new AsyncDisposableStack()
    const load = running.adopt(loadOf(world, 'steady'), async (one) => one.stop({ force: true }))
    const lost = (await replicasOf(world, 'steady')).filter(({ host }) => host === loses.host.name).map(({ id }) => id)
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const [kept, former] = await Promise.all([containersOn(keeps), containersOn(loses)])
      t.is(kept.length, 1)
      t.is(former.length, 1)
      await Promise.all([keeps, loses].map(({ host }) => host.engine.restart(signal)))
      await eventually(
        async () => {
          const now = await containersOn(loses)
          return now.length === 1 && now[0] !== former[0] && (await serving(world, 'steady', 1, 2))
        },
        { deadlineMs: 2 * deadlineMs, what: `the deployment as it was before ${signal}\n${fleet.lastWords()}` },
      )
      t.deepEqual(await containersOn(keeps), kept, `${signal}: what ran on was not restarted`)
      for (const member of [keeps, loses]) {
        t.is((await member.host.docker.listContainers({ all: true })).length, 1, `${signal}: containers on ${member.host.name}`)
        t.is(await enginesOn(member), 1, `${signal}: engines on ${member.host.name}`)
      }
    }
    const answered = load.answered
    await eventually(() => load.answered > answered + 10, { deadlineMs, what: 'answers afterwards' })
    await load.stop({ force: false })
    const mayBeCut = lost.reduce((sum, id) => sum + load.cutBefore(id, Number.POSITIVE_INFINITY), 0)
    t.like(load.tally(), { failed: 0, cut: mayBeCut }, load.problems.join('\n'))
  },
)

onLab('an agent whose disk is full says so, serves on, also after its death, and takes what is wanted when there is room', async (t) => {
  t.timeout(240_000)
  const directoryOf = (host: LabHost) => join(host.directory, 'agent')
  await using world = await startWorld(1, {
    gpus: 2,
    // The only host is not to be given up while its agent starts, however busy this machine is.
    controller: { HOSTLER_CONTROLLER_LEASE_GRACE_MS: '60000' },
    async prepare(host) {
      await mkdir(directoryOf(host))
      await run('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', directoryOf(host)])
    },
  })
  const { fleet, engine } = world
  const [member] = fleet.members
  if (!member) return t.fail('no host')
  const deploy = async (seed: number, ...words: readonly string[]) =>
    fleet.cli(['deploy', '-f', '-', ...words], { input: spec(world, 'rolled', await engine.modelFile(seed), 1) })
  await deploy(1)
  await using running = new AsyncDisposableStack()
  const load = running.adopt(loadOf(world, 'rolled'), async (one) => one.stop({ force: true }))
  const before = await containersOn(member)

  const ballast = join(directoryOf(member.host), 'ballast')
  await run('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4096'], { accept: [1] })
  await deploy(2, '--no-wait')
  const told = await eventually(
    async () => {
      const events = await fleet.cli(['events', '--subject', `host/${member.host.name}`])
      return events.includes('SpecRefused') && events
    },
    { deadlineMs, what: 'the event that the spec was not taken' },
  )
  t.regex(told, /SpecRefused.*disk is full/)
  member.process.kill('SIGKILL')
  await member.process.exited
  await fleet.restartAgent(member)
  await hostsReady(fleet)
  t.deepEqual(await containersOn(member), before, 'what served is served on')
  const answered = load.answered
  await eventually(() => load.answered > answered + 10, { deadlineMs, what: 'answers while the disk is full' })

  await rm(ballast)
  await eventually(() => serving(world, 'rolled', 2, 1), { deadlineMs, what: 'the new revision, once there is room' })
  await load.stop({ force: false })
  t.like(load.tally(), { failed: 0, cut: 0 }, load.problems.join('\n'))
})
