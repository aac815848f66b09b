import test from 'ava'
import { Load } from '../../demo/load.ts'
import { labTest } from '../lab/requires.ts'
import { eventually } from '../lab/wait.ts'
import { deadlineMs, hostsReady, leases, replicasOf, spec, startWorld, type World } from './support/world.ts'

const onLab = labTest(test.serial, { root: true, engine: true })

type Replica = Awaited<ReturnType<typeof replicasOf>>[number]

/** Moments of a rollout, in their order: each resolves to the replica that is in the middle of it. One that was missed is the next. */
const moments = {
  'right after the deploy': (replicas, before) => replicas.find(({ revision }) => revision <= before),
  'while the successor starts': (replicas, before) => replicas.find(({ revision }) => revision > before),
  'while the successor is probed': (replicas, before) =>
    replicas.find(({ revision, phase, routed }) => revision > before && (phase === 'probing' || routed)),
  'while the former drains': (replicas, before) =>
    replicas.find(({ revision, intent }) => revision <= before && intent === 'drain') ??
    (replicas.every(({ revision }) => revision > before) ? replicas[0] : undefined),
  'while the former stops': (replicas, before) =>
    replicas.find(({ revision, intent }) => revision <= before && intent === 'stop') ??
    (replicas.every(({ revision }) => revision > before) ? replicas[0] : undefined),
  'once the last serves': (replicas, before) =>
    replicas.length === 2 && replicas.every(({ revision, routed }) => revision > before && routed) ? replicas[0] : undefined,
} as const satisfies Record<string, (replicas: readonly Replica[], before: number) => Replica | undefined>

/** A controller takes longer to start again than these moments last: for it they are those before and after. */
const brief: ReadonlySet<string> = new Set(['while the successor is probed', 'while the former stops'])

type Kill = (world: World, victim: Replica) => Promise<void>

const memberOf = ({ fleet }: World, { host: name }: Replica) => {
  const member = fleet.members.find(({ host }) => host.name === name)
  if (!member) throw new Error(`no host ${name}`)
  return member
}

const kills: Readonly<Record<string, Kill>> = {
  async controller({ fleet }) {
    fleet.controllerProcess.kill('SIGKILL')
    await fleet.controllerProcess.exited
    // A gateway that is not back within the lease counts as gone, and what drains is stopped under its requests: two busy cores need longer than 4 s.
    await fleet.startController({ ...leases, HOSTLER_CONTROLLER_LEASE_DURATION_MS: '10000' })
  },
  async agent(world, victim) {
    const member = memberOf(world, victim)
    member.process.kill('SIGKILL')
    await member.process.exited
    await world.fleet.restartAgent(member)
  },
  async engine(world, victim) {
    const { docker } = memberOf(world, victim).host
    const filters = { label: [`hostler.replica=${victim.id}`] }
    const pid = await eventually(
      async () => {
        // It may have gone by itself: then it was killed at its very end.
        if (!(await replicasOf(world, victim.deployment)).some(({ id }) => id === victim.id)) return 'gone'
        const [container] = await docker.listContainers({ filters })
        const state = container && (await docker.getContainer(container.Id).inspect()).State
        return state?.Running && state.Pid
      },
      { deadlineMs, what: `the engine of ${victim.id}`, everyMs: 10 },
    )
    if (pid !== 'gone') process.kill(pid, 'SIGKILL')
  },
}

for (const [what, kill] of Object.entries(kills)) {
  onLab(`a rollout under load loses no request when kill -9 ends its ${what} at every step`, async (t) => {
    t.timeout(420_000)
    await using world = await startWorld(3)
    const { fleet, engine } = world
    const deploy = async (seed: number, ...words: readonly string[]) =>
      fleet.cli(['deploy', '-f', '-', ...words], { input: spec(world, 'rolled', await engine.modelFile(seed), 2) })
    await deploy(1)
    await using running = new AsyncDisposableStack()
    const load = running.adopt(
      new Load({ origin: fleet.origin, apiKey: world.key, model: 'rolled', clients: 3, pauseMs: 50 }),
      async (one) => one.stop({ force: true }),
    )
    await eventually(() => load.answered > 10, { deadlineMs, what: 'the load to run' })
    await deploy(2, '--no-wait')
    const killed = new Set<string>()
    for (const [moment, find] of Object.entries(moments)) {
      if (what === 'controller' && brief.has(moment)) continue
      const victim = await eventually(async () => find(await replicasOf(world, 'rolled'), 1), {
        deadlineMs: 2 * deadlineMs,
        what: moment,
        everyMs: 10,
      })
      await kill(world, victim)
      if (what === 'engine') killed.add(victim.id)
      t.log(`${moment}: ${what}, ${victim.id} of revision ${victim.revision} is ${victim.phase} and to ${victim.intent}`)
    }
    await hostsReady(fleet)
    await eventually(
      async () => {
        const replicas = await replicasOf(world, 'rolled')
        return replicas.length === 2 && replicas.every(({ revision, routed }) => revision === 2 && routed)
      },
      { deadlineMs: 2 * deadlineMs, what: 'two replicas of the new revision, and no more' },
    )
    const answered = load.answered
    await eventually(() => load.answered > answered + 10, { deadlineMs, what: 'answers afterwards' })
    await load.stop({ force: false })
    const mayBeCut = [...killed].reduce((sum, id) => sum + load.cutBefore(id, Number.POSITIVE_INFINITY), 0)
    t.like(load.tally(), { failed: 0, cut: mayBeCut }, load.problems.join('\n'))
    t.log(`${load.answered} requests answered, ${mayBeCut} streams of a killed engine cut`)
  })
}
