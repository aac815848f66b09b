import test from 'ava'
import { Load } from '../../demo/load.ts'
import { labTest } from '../lab/requires.ts'
import { eventually } from '../lab/wait.ts'
import { watchStarts } from './support/lives.ts'
import { allContainers, containersOn, deadlineMs, hostsReady, leases, replicasOf, spec, startWorld } from './support/world.ts'

const onLab = labTest(test, { root: true, engine: true })

onLab(
  'onPartition: stop runs once at most, through a cut cable and a controller that is away; keep serves on without a controller',
  async (t) => {
    t.timeout(240_000)
    await using world = await startWorld(2, { gpus: 3 })
    const { fleet, engine } = world
    const model = await engine.modelFile(1)
    await using once = await watchStarts(world, 'once')
    await fleet.cli(['deploy', '-f', '-'], { input: spec(world, 'once', model, 1, 'onPartition: stop\nstopGrace: 1s\n') })
    await fleet.cli(['deploy', '-f', '-'], { input: spec(world, 'kept', model, 2) })
    const serving = async (count: number) =>
      eventually(
        async () => {
          // One that was on a host that is lost stays listed until the host returns.
          const routed = (await replicasOf(world, 'once')).filter((replica) => replica.routed)
          return once.starts.length === count && routed.length === 1 && routed[0]
        },
        { deadlineMs: 2 * deadlineMs, what: `start ${count} of the one replica to serve` },
      )
    const memberOf = (name: string) => {
      const member = fleet.members.find(({ host }) => host.name === name)
      if (!member) throw new Error(`no host ${name}`)
      return member
    }

    const first = await serving(1)
    const cut = memberOf(first.host)
    await cut.host.link.cut()
    await eventually(() => once.running.length === 0, { deadlineMs, what: 'the agent that is cut off to stop what must not run twice' })
    t.is((await containersOn(cut)).filter((line) => line.startsWith('kept-')).length, 1, 'what may run twice stays')
    const second = await serving(2)
    t.not(second.host, first.host)
    await cut.host.link.restore()
    await hostsReady(fleet)
    const keptContainers = async () => (await allContainers(world)).filter((line) => line.startsWith('kept-'))
    await eventually(
      async () => {
        const replicas = await replicasOf(world, 'kept')
        return replicas.length === 2 && replicas.every(({ routed }) => routed) && (await keptContainers()).length === 2
      },
      { deadlineMs, what: 'two replicas of what may run twice, and no more' },
    )

    const kept = await keptContainers()
    await using running = new AsyncDisposableStack()
    const load = running.adopt(
      new Load({ origin: fleet.origin, apiKey: world.key, model: 'kept', clients: 2, pauseMs: 100 }),
      async (one) => one.stop({ force: true }),
    )
    fleet.controllerProcess.kill('SIGKILL')
    await fleet.controllerProcess.exited
    await eventually(() => once.running.length === 0, { deadlineMs, what: 'the leases to end' })
    const answered = load.answered
    await eventually(() => load.answered > answered + 20, { deadlineMs, what: 'answers without a controller and without a lease' })
    // Agents that lost the controller long ago try again every 5 s at the latest, and a start takes time: that is no time in which to give hosts up.
    await fleet.startController({ ...leases, HOSTLER_CONTROLLER_LEASE_GRACE_MS: '30000' })
    await hostsReady(fleet)
    await serving(3)
    await load.stop({ force: false })
    t.like(load.tally(), { failed: 0, cut: 0 }, load.problems.join('\n'))
    t.deepEqual(await keptContainers(), kept)
    t.is(once.mostAtOnce, 1)
  },
)
