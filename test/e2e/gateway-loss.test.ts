import test from 'ava'
import { labTest } from '../lab/requires.ts'
import { eventually } from '../lab/wait.ts'
import { BalancedLoad } from './support/balanced-load.ts'
import { deadlineMs, replicasOf, spec, startWorld } from './support/world.ts'

const onLab = labTest(test, { root: true, engine: true })

onLab('kill -9 of one of two gateways in the middle of a rollout loses what was in flight on it, and nothing else', async (t) => {
  t.timeout(240_000)
  await using world = await startWorld(3)
  const { fleet, engine } = world
  const [first, second] = [fleet.origin, fleet.originAt(8081)]
  const { token } = await fleet.control.createToken({ kind: 'gateway', ttlMs: 0, uses: 1, role: '', name: '' })
  await fleet.startGateway(token, { name: 'second', port: 8081 })
  const deploy = async (seed: number, ...words: readonly string[]) =>
    fleet.cli(['deploy', '-f', '-', ...words], { input: spec(world, 'rolled', await engine.modelFile(seed), 2) })
  await deploy(1)
  await using running = new AsyncDisposableStack()
  const load = running.adopt(new BalancedLoad({ origins: [first, second], apiKey: world.key, model: 'rolled', clients: 4 }), async (one) =>
    one.stop(),
  )
  const moreFrom = (origins: readonly string[], what: string) => {
    const marks = origins.map((origin) => load.answeredBy(origin))
    const more = () => origins.every((origin, at) => load.answeredBy(origin) > (marks[at] ?? 0) + 10)
    return eventually(more, { deadlineMs, what })
  }
  await moreFrom([first, second], 'answers of both gateways')

  await deploy(2, '--no-wait')
  await eventually(
    async () => {
      const replicas = await replicasOf(world, 'rolled')
      return (
        replicas.some(({ revision, intent }) => revision === 1 && intent === 'drain') || replicas.every(({ revision }) => revision === 2)
      )
    },
    { deadlineMs, what: 'a replica of the former revision to drain', everyMs: 10 },
  )
  const dead = fleet.gatewayProcess()
  dead.kill('SIGKILL')
  await dead.exited
  const deadMs = performance.now()
  const rolled = async () => {
    const replicas = await replicasOf(world, 'rolled')
    return replicas.length === 2 && replicas.every(({ revision, routed }) => revision === 2 && routed)
  }
  await eventually(rolled, { deadlineMs: 2 * deadlineMs, what: 'two replicas of the new revision, and no more' })
  await moreFrom([second], 'answers of the gateway that is left')
  await fleet.startGateway(undefined)
  await moreFrom([first, second], 'answers of both gateways again')
  await load.stop()
  t.deepEqual(load.failed, [])
  t.deepEqual(
    load.lost.filter(({ origin, sentMs }) => origin !== first || sentMs > deadMs),
    [],
    'only what was in flight on the gateway that was killed',
  )
  t.log(
    `${load.answeredBy(first)} and ${load.answeredBy(second)} requests answered, ${load.lost.length} in flight on the gateway that was killed`,
  )
})
