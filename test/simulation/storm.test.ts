import test from 'ava'
import { calmFleet } from './calm-fleet.ts'

test('200 agents that come back to a restarted controller at once cost it few passes, and no engine', async (t) => {
  const { world, pass, deploy, ready } = await calmFleet({ gpusOfHosts: Array.from({ length: 200 }, () => 2), gateways: 2 })
  deploy({ replicas: 100 })
  await pass(27)
  t.is(ready('alpha'), 100)
  const { engines, stops } = world.checks.counts

  world.controller.crash()
  await pass(5)
  world.controller.start()
  await pass(1)
  let passes = 0
  world.controller.control?.loop.onPass(() => {
    passes += 1
  })
  await pass(24)
  t.is(ready('alpha'), 100, 'all are back')
  t.deepEqual([world.checks.counts.engines, world.checks.counts.stops], [engines, stops], 'no engine was started or stopped for it')
  t.true(passes < 200, `${passes} passes for 200 agents and 24 s`)
})
