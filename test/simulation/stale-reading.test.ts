import test from 'ava'
import { scale } from '../../controller/usecases/deployments.ts'
import { calmFleet } from './calm-fleet.ts'

test('a reading of the GPUs that was begun before an engine ended gives nobody its GPU', async (t) => {
  const { world, pass, deploy, ready } = await calmFleet({ gpusOfHosts: [2], gateways: 0 })
  const [host] = world.hosts
  const { control } = world.controller
  if (!host || !control) return t.fail()
  host.showsAfterMs = 2_000
  host.lingersMs = 40_000
  deploy({})
  for (let look = 0; look < 1_000 && host.engines.size === 0; look++) await pass(0.01)
  const [engine] = host.engines.values()
  if (!engine) return t.fail('nothing was started')
  // Until the reading that it was started by is too old for anybody else.
  await pass(0.6)
  t.false(engine.shown)
  // For a second replica the host is looked at before the first one shows, and the answer comes long after its end.
  host.nvidiaSmiDelayMs = 9_000
  void scale(control.context, 'alpha', 2, { author: 'somebody' })
  for (let look = 0; look < 600 && !engine.shown; look++) await pass(0.01)
  t.true(engine.shown)
  host.end(engine, 139)
  await pass(15)
  t.true(engine.holdsGpus, 'the driver has not let go')
  t.false([...host.engines.values()].some(({ state, identity }) => state === 'running' && identity.replicaId === engine.identity.replicaId))
  await pass(90)
  t.is(ready('alpha'), 2)
})
