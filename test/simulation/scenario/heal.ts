/** The end of all faults: everything that can come back is back, and what cannot is removed by an operator. */

import { taintHosts, uncordonHosts } from '../../../controller/usecases/host-duty.ts'
import { removeHost } from '../../../controller/usecases/remove-host.ts'
import { promoteCanary, setPaused } from '../../../controller/usecases/rollouts.ts'
import { thawEvictions } from '../../../controller/usecases/thaw.ts'
import { usualLingerMs } from '../host/host.ts'
import type { World } from '../world/world.ts'
import { operate } from './operations.ts'
import { taintKey } from './specs.ts'

export const heal = (world: World): void => {
  world.healed = true
  world.healedMs = world.scheduler.nowMs
  world.trace.add('world', 'faults are over')
  world.random.calm = true
  world.demand = world.random.chance(0.5)
  world.network.heal()
  world.controller.disk.full = false
  for (const host of world.hosts) {
    host.random.calm = true
    host.disk.full = false
    host.registryAway = false
    host.engineDelayMs = 0
    host.nvidiaSmiDelayMs = 0
    host.lingersMs = usualLingerMs
    host.showsAfterMs = 400
    host.foreign.clear()
    if (world.goneForGood.has(host.id)) continue
    host.up = true
    host.change('is well', () => {
      host.engineAway = false
      host.nvidiaSmi = 'answers'
      host.missingGpus.clear()
    })
  }
  world.controller.start()
  for (const agent of world.agents) if (!world.goneForGood.has(agent.host.id)) agent.start()
  for (const gateway of world.gateways) gateway.start()
}

/** What an operator does once the faults are over; again until it is done. */
export const tidyUp = (world: World): void => {
  const { control, disk } = world.controller
  if (!control) return
  for (const { id } of disk.facts.hosts.values())
    if (world.goneForGood.has(id)) {
      operate(world, 'remove host', async (_, context) => {
        await removeHost(context, id, true)
        control.hosts.forget(id)
        control.specs.forget(id)
      })
    }
  // What a restored database does not know may go, says whoever put it back.
  if (world.scheduler.nowMs - world.healedMs > 20_000 && disk.facts.brake.behind?.held)
    operate(world, 'thaw', (_, context) => thawEvictions(context, control.hosts, 'somebody'))
  for (const { name, taints = [] } of disk.facts.hosts.values())
    if (taints.length > 0) operate(world, 'untaint', (_, context) => taintHosts(context, [name], 'somebody', [], [{ key: taintKey }]))
  for (const { name, canary, deleting } of disk.facts.deployments.values())
    if (canary && !deleting) operate(world, 'promote', (_, context) => promoteCanary(context, name, { author: 'somebody' }))
  for (const { name, cordoned } of disk.facts.hosts.values())
    if (cordoned) operate(world, 'uncordon', (_, context) => uncordonHosts(context, [name], 'somebody'))
  for (const { name, paused, deleting } of disk.facts.deployments.values())
    if (paused && !deleting) operate(world, 'resume', (_, context) => setPaused(context, name, false, { author: 'somebody' }))
}
