/** What seeds have found, each told again as short as it can be, so that it stays told when seeds come to mean something else. */
import test from 'ava'
import { deleteDeployment, scale } from '../../controller/usecases/deployments.ts'
import { calmFleet } from './calm-fleet.ts'
import { controllerName } from './nodes/controller.ts'

test('a spec that an agent could not write, its disk being full, is sent again until it can', async (t) => {
  const { world, pass, deploy, ready } = await calmFleet({ gpusOfHosts: [1], gateways: 0 })
  const [host] = world.hosts
  if (host) host.disk.full = true
  deploy({})
  await pass(30)
  t.is(ready('alpha'), 0)
  if (host) host.disk.full = false
  await pass(30)
  t.is(ready('alpha'), 1)
})

test('what a host is, is told also when it changes while the hello is on its way', async (t) => {
  const { world, pass, deploy, ready } = await calmFleet({ gpusOfHosts: [1], gateways: 0 })
  const [host] = world.hosts
  if (!host) return t.fail()
  host.change('its GPU falls off the bus', () => host.missingGpus.add('GPU-h0-0'))
  world.network.block(host.id, controllerName)
  world.network.resetConnections(host.id)
  await pass(1)
  host.change('its GPU is back', () => host.missingGpus.clear())
  world.network.unblock(host.id, controllerName)
  await pass(5)
  deploy({})
  await pass(30)
  t.is(ready('alpha'), 1)
})

test('agents and controller that are killed over and over restart no engine, take no replica out of traffic and cost no request', async (t) => {
  const { world, pass, deploy, ready } = await calmFleet({ gpusOfHosts: [1, 1], gateways: 1 })
  deploy({ replicas: 2 })
  await pass(30)
  t.is(ready('alpha'), 2)
  const { engines, stops } = world.checks.counts
  // An agent is connected before it knows what runs.
  for (const host of world.hosts) host.engineDelayMs = 1_000
  for (let round = 0; round < 12; round++) {
    const victim = [...world.agents, world.controller][round % 3]
    victim?.crash()
    await pass(0.2 + round / 5)
    victim?.start()
    for (let look = 0; look < 40; look++) {
      await pass(0.1)
      t.is(world.gateways[0]?.endpoints().size, 2, `after restart ${round}`)
    }
  }
  t.like(world.checks.counts, { engines, stops, failedRequests: 0 })
})

test('with onPartition: stop an agent that restarts while it is cut off stops its engine before another is begun elsewhere', async (t) => {
  const { world, pass, deploy, ready } = await calmFleet({ gpusOfHosts: [1, 1], gateways: 1 })
  deploy({ onPartition: 'stop' })
  await pass(30)
  const agent = world.agents.find(({ host }) => host.engines.size > 0)
  if (!agent) return t.fail('nothing runs')
  world.network.block(agent.host.id, controllerName)
  world.network.block(controllerName, agent.host.id)
  agent.crash()
  await pass(4)
  agent.start()
  await pass(120)
  t.is(ready('alpha'), 1, 'the other host has it')
  t.false([...agent.host.engines.values()].some(({ state }) => state === 'running'))
})

test('with onPartition: stop an engine that takes all of a long stopGrace has ended before another is begun elsewhere', async (t) => {
  const { world, pass, deploy, ready } = await calmFleet({ gpusOfHosts: [1, 1], gateways: 1 })
  deploy({ onPartition: 'stop', behaviour: 'stubborn', stopGrace: '90s' })
  await pass(30)
  const host = world.hosts.find(({ engines }) => engines.size > 0)
  if (!host) return t.fail('nothing runs')
  world.network.block(host.id, controllerName)
  world.network.block(controllerName, host.id)
  await pass(95)
  t.true([...host.engines.values()].some(({ state }) => state === 'running'))
  await pass(60)
  t.is(ready('alpha'), 1, 'the other host has it')
})

test('a wall clock that is set an hour forward ends no drain', async (t) => {
  const { world, pass, deploy, ready } = await calmFleet({ gpusOfHosts: [1, 1], gateways: 1 })
  deploy({ replicas: 2, drainTimeout: '60s' })
  await pass(30)
  t.is(ready('alpha'), 2)
  // One request at each replica that does not come to its end.
  const outstanding = world.gateways[0]?.outstanding ?? new Map<string, number>()
  for (const { engines } of world.hosts)
    for (const { identity } of engines.values()) outstanding.set(identity.replicaId, (outstanding.get(identity.replicaId) ?? 0) + 1)
  const { control } = world.controller
  if (!control) return t.fail()
  void scale(control.context, 'alpha', 1, { author: 'somebody' })
  await pass(1)
  world.controller.clock.jump(3_600_000)
  await pass(20)
  t.is(world.checks.counts.stops, 0, 'it waits for its request')
  await pass(60)
  t.is(world.checks.counts.stops, 1, 'and for no longer than its deadline')
})

test('a pull that nobody wants any more does not hold up the deletion of its deployment', async (t) => {
  const { world, pass, deploy } = await calmFleet({ gpusOfHosts: [1], gateways: 0 })
  const [host] = world.hosts
  if (host) host.pullMs = 3_600_000
  deploy({})
  await pass(5)
  const { control } = world.controller
  if (!control) return t.fail()
  void deleteDeployment(control.context, 'alpha', { author: 'somebody' })
  await pass(10)
  t.is(control.context.ledger.facts.deployments.size, 0)
})

test('a member of a gang that was told to start and had not answered is not taken for gone', async (t) => {
  const { world, pass, deploy, ready } = await calmFleet({ gpusOfHosts: [1, 1], gateways: 0 })
  deploy({ name: 'beta', gpus: 2, hosts: 2 })
  await pass(30)
  t.is(ready('beta'), 1)
  const [silent, other] = world.agents
  const engine = () => [...(other?.host.engines.values() ?? [])].find(({ state }) => state === 'running')
  const attempt = () => silent?.reconciler?.spec()?.replicas[0]?.env.HOSTLER_GANG_ATTEMPT
  const until = async (holds: () => boolean) => {
    for (let look = 0; look < 2_000 && !holds(); look++) await pass(0.005)
    t.true(holds())
  }
  const first = engine()
  if (first) other?.host.end(first, 139)
  // It has written that it is to start, and dies before it does or says so.
  await until(() => attempt() === '2')
  silent?.crash()
  const id = silent?.host.id ?? ''
  world.network.block(id, controllerName)
  world.network.block(controllerName, id)
  await until(() => engine() !== undefined && engine() !== first)
  const second = engine()
  if (second) other?.host.end(second, 139)
  await pass(4)
  silent?.start()
  await pass(10)
  world.network.heal()
  await pass(90)
  t.is(ready('beta'), 1)
})

test('a gateway that is killed with requests in flight keeps no deployment from going to sleep', async (t) => {
  const { world, pass, deploy } = await calmFleet({ gpusOfHosts: [1], gateways: 1 })
  deploy({ name: 'delta', autoscale: [0, 1] })
  const replicas = () => world.controller.control?.context.ledger.facts.deployments.get('delta')?.replicas
  const inFlight = () => world.controller.control?.traffic.window({ deployment: 'delta', spanMs: 60_000 }).inFlight ?? 0
  for (let look = 0; look < 600 && inFlight() === 0; look++) await pass(0.1)
  t.true(inFlight() > 0)
  t.is(replicas(), 1, 'requests that were held have woken it')
  world.demand = false
  world.gateways[0]?.crash()
  await pass(1)
  world.gateways[0]?.start()
  await pass(90)
  t.is(replicas(), 0)
})

test('a replica on a host that was away while the controller restarted is had back without being stopped, however late its agent says that it runs', async (t) => {
  const { world, pass, deploy, ready } = await calmFleet({ gpusOfHosts: [1], gateways: 0 })
  const [host] = world.hosts
  if (!host) return t.fail()
  deploy({})
  await pass(30)
  t.is(ready('alpha'), 1)
  const { engines, stops } = world.checks.counts
  world.network.block(host.id, controllerName)
  world.network.block(controllerName, host.id)
  world.controller.crash()
  await pass(2)
  world.controller.start()
  await pass(90)
  t.is(world.controller.control?.context.ledger.facts.assignments.get('alpha-1')?.stage, 'lost')
  // Hello, and what runs, come in two messages.
  world.network.slowness = 200
  world.network.unblock(host.id, controllerName)
  world.network.unblock(controllerName, host.id)
  await pass(60)
  t.is(ready('alpha'), 1)
  t.like(world.checks.counts, { engines, stops })
})

test('an agent that starts while its container engine is away does not say that what it is to stop is gone', async (t) => {
  const { world, pass, deploy, ready } = await calmFleet({ gpusOfHosts: [1], gateways: 0 })
  const [host] = world.hosts
  const [agent] = world.agents
  const { control } = world.controller
  if (!host || !agent || !control) return t.fail()
  deploy({})
  await pass(30)
  t.is(ready('alpha'), 1)
  host.engineAway = true
  agent.crash()
  await pass(1)
  agent.start()
  await pass(1)
  void scale(control.context, 'alpha', 0, { author: 'somebody' })
  await pass(90)
  t.is(control.context.ledger.facts.assignments.get('alpha-1')?.stage, 'stopping')
  agent.crash()
  await pass(1)
  agent.start()
  await pass(30)
  t.is(control.context.ledger.facts.assignments.get('alpha-1')?.stage, 'stopping', 'nor when it starts once more')
  host.engineAway = false
  await pass(60)
  t.is(control.context.ledger.facts.assignments.size, 0)
})
