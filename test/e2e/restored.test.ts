import { join } from 'node:path'
import test from 'ava'
import { Load } from '../../demo/load.ts'
import { sql } from '../controller/store/support/databases.ts'
import { labTest } from '../lab/requires.ts'
import { eventually } from '../lab/wait.ts'
import { allContainers, deadlineMs, leases, replicasOf, spec, startWorld } from './support/world.ts'

const onLab = labTest(test, { root: true, engine: true })

onLab(
  'a controller put back from a backup loses nothing: it touches nothing until an operator has seen what it does not know',
  async (t) => {
    t.timeout(240_000)
    await using world = await startWorld(3)
    const { fleet, engine } = world
    const written = async (name: string, seed: number) => ({ input: spec(world, name, await engine.modelFile(seed), 1) })
    await fleet.cli(['deploy', '-f', '-'], await written('kept', 1))
    await fleet.cli(['deploy', '-f', '-'], await written('rolled', 1))
    const dataDir = join(fleet.directory, 'controller')
    const backup = join(fleet.directory, 'backup.db')
    await sql(join(dataDir, 'hostler.db'), `VACUUM INTO '${backup}'`)
    // What the backup does not know: a rollout, and a deployment.
    await fleet.cli(['deploy', '-f', '-'], await written('rolled', 3))
    await fleet.cli(['deploy', '-f', '-'], await written('later', 2))
    const before = await allContainers(world)
    t.is(before.length, 3)
    const keptOf = (containers: readonly string[]) => containers.filter((line) => line.startsWith('kept-'))

    await using running = new AsyncDisposableStack()
    const load = (model: string) =>
      running.adopt(new Load({ origin: fleet.origin, apiKey: world.key, model, clients: 2, pauseMs: 100 }), (one) =>
        one.stop({ force: true }),
      )
    const [kept, ...others] = [load('kept'), load('rolled'), load('later')]
    const answeredMore = async (what: string) => {
      const all = [kept, ...others]
      const marks = all.map(({ answered }) => answered)
      await eventually(() => all.every(({ answered }, index) => answered > (marks[index] ?? 0) + 5), { deadlineMs, what })
    }
    await answeredMore('answers before')
    fleet.controllerProcess.kill('SIGKILL')
    await fleet.controllerProcess.exited
    t.regex(await fleet.cli(['controller', 'restore', '--data-dir', dataDir, '--from', backup]), /is restored: 2 deployments, 3 hosts/)
    await fleet.startController(leases)
    const told = await eventually(
      async () => {
        const text = await fleet.cli(['get', 'hosts'])
        return /does not know .*later-1 on host-\d/.test(text) && /rolled-\d on host-\d/.test(text) && text
      },
      { deadlineMs, what: 'the controller to say what it does not know' },
    )
    t.notRegex(told, /kept-\d/)
    await answeredMore('answers of all three while the controller holds still')
    t.deepEqual(await allContainers(world), before, 'nothing was started and nothing was stopped')
    for (const one of [kept, ...others]) t.like(one.tally(), { failed: 0, cut: 0 }, one.problems.join('\n'))
    // What was deployed since is said again, so that it is not lost; it waits.
    await fleet.cli(['deploy', '-f', '-', '--no-wait'], await written('rolled', 3))
    t.deepEqual(await allContainers(world), before)

    for (const one of others) await one.stop({ force: false })
    t.regex(await fleet.cli(['thaw', '--yes']), /stopped now, as the database does not know them: .*later-1 on host-\d/)
    await eventually(
      async () => {
        const [replica, ...more] = await replicasOf(world, 'rolled')
        const now = await allContainers(world)
        return (
          more.length === 0 &&
          replica?.routed &&
          replica.revision === 2 &&
          now.length === 2 &&
          !now.some((line) => line.startsWith('later-'))
        )
      },
      { deadlineMs, what: 'what is known to serve, and what is not to be gone' },
    )
    t.deepEqual(keptOf(await allContainers(world)), keptOf(before), 'what the backup knew was never touched')
    await kept.stop({ force: false })
    t.like(kept.tally(), { failed: 0, cut: 0 }, kept.problems.join('\n'))
  },
)
