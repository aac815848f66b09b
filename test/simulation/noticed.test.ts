/** Mistakes that few seeds would come across, each with a fleet in which the checks cannot miss it. */
import test from 'ava'
import { taintHosts } from '../../controller/usecases/host-duty.ts'
import { calmFleet } from './calm-fleet.ts'
import { taintKey } from './scenario/specs.ts'

test('a request for a deployment that sleeps is decided upon when it comes: neither end waits for its tick', async (t) => {
  const { world, pass, deploy } = await calmFleet({ gpusOfHosts: [1], gateways: 1 })
  world.demand = false
  deploy({ name: 'delta', autoscale: [0, 1] })
  const replicas = () => world.controller.control?.context.ledger.facts.deployments.get('delta')?.replicas
  await pass(60)
  t.is(replicas(), 0)
  world.demand = true
  const isWaiting = () => world.gateways[0]?.waiting().has('delta') === true
  for (let look = 0; look < 20_000 && !isWaiting(); look++) await pass(0.001)
  t.true(isWaiting())
  // By the network twice and the disk once, in the time of the model.
  await pass(0.1)
  t.is(replicas(), 1)
  await pass(30)
  t.false(isWaiting())
})

test('however many requests wait, what follows its load stays within its bounds', async (t) => {
  const { world, pass, deploy, ready } = await calmFleet({ gpusOfHosts: [2, 2], gateways: 2 })
  world.requestEveryMs = 100
  for (const gateway of world.gateways) {
    gateway.crash()
    gateway.start()
  }
  deploy({ name: 'delta', autoscale: [1, 2] })
  await pass(60)
  t.true(
    world.gateways.some((gateway) => gateway.waiting().has('delta')),
    'more is asked for than two replicas can do',
  )
  t.is(ready('delta'), 2)
})

test('a host with a taint is given nothing, however much has no place', async (t) => {
  const { world, pass, deploy, ready } = await calmFleet({ gpusOfHosts: [1, 1], gateways: 0 })
  const { control } = world.controller
  const [host] = world.hosts
  if (!control || !host) return t.fail()
  await taintNow(pass, taintHosts(control.context, [host.name], 'somebody', [{ key: taintKey, value: '', effect: 'NoSchedule' }], []))
  deploy({ replicas: 2 })
  await pass(30)
  t.is(ready('alpha'), 1)
  t.is(host.engines.size, 0)
})

/** Nothing is written while no time passes. */
const taintNow = async (pass: (seconds: number) => Promise<void>, done: Promise<unknown>): Promise<void> => {
  await pass(1)
  await done
}

test('a canary is never more than it may be while it begins, serves and is promoted', async (t) => {
  const { pass, deploy, world, ready } = await calmFleet({ gpusOfHosts: [2, 2, 1], gateways: 1 })
  deploy({ replicas: 4 })
  await pass(30)
  t.is(ready('alpha'), 4)
  deploy({ replicas: 4, variant: 1, canary: 'manual' })
  await pass(30)
  const live = [...(world.controller.control?.context.ledger.facts.assignments.values() ?? [])].filter(({ stage }) => stage === 'serving')
  t.deepEqual(
    live.map(({ revision }) => revision).toSorted((a, b) => a - b),
    [1, 1, 1, 2],
  )
})
