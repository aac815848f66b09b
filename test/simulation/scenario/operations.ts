/** What people do to a fleet. */

import type { UseCaseContext } from '../../../controller/usecases/context.ts'
import { applySpec, deleteDeployment, scale } from '../../../controller/usecases/deployments.ts'
import { cordonHosts, drainHosts, taintHosts, uncordonHosts } from '../../../controller/usecases/host-duty.ts'
import { removeHost } from '../../../controller/usecases/remove-host.ts'
import { abortCanary, promoteCanary, setPaused, undoRollout } from '../../../controller/usecases/rollouts.ts'
import { thawEvictions } from '../../../controller/usecases/thaw.ts'
import { HostlerError, messageOf } from '../../../shared/errors/hostler-error.ts'
import type { Behaviour } from '../host/engine.ts'
import type { World } from '../world/world.ts'
import { names, randomWish, specOf, taintKey } from './specs.ts'

type Operation = (world: World, context: UseCaseContext) => Promise<unknown>

/** Most revisions work; some show in each of the known ways that they do not. */
const behaviourWeights: Readonly<Record<Behaviour, number>> = {
  good: 12,
  'never-loads': 1,
  crashes: 1,
  'warm-fails': 1,
  'crashes-later': 1,
  stubborn: 1,
}

const somebody = { author: 'somebody' }
const oneHost = ({ random, hosts }: World): readonly string[] => [random.pick(hosts)?.name ?? '']

export const operations = {
  deploy: ({ random }, context) => {
    const wish = randomWish(random, random.pick(names), random.weighted(behaviourWeights))
    return applySpec(context, specOf(wish), somebody, false)
  },
  scale: ({ random }, context) => scale(context, random.pick(names), random.int(0, 5), somebody),
  undo: ({ random }, context) => undoRollout(context, random.pick(names), 0, somebody),
  pause: ({ random }, context) => setPaused(context, random.pick(names), true, somebody),
  resume: ({ random }, context) => setPaused(context, random.pick(names), false, somebody),
  delete: ({ random }, context) => deleteDeployment(context, random.pick(names), somebody),
  cordon: (world, context) => cordonHosts(context, oneHost(world), 'somebody'),
  uncordon: (world, context) => uncordonHosts(context, oneHost(world), 'somebody'),
  drain: (world, context) => drainHosts(context, oneHost(world), 'somebody', world.random.chance(0.2)),
  promote: ({ random }, context) => promoteCanary(context, random.pick(names), somebody),
  abort: ({ random }, context) => abortCanary(context, random.pick(names), somebody),
  taint: (world, context) => {
    const effect = world.random.pick(['NoExecute', 'NoExecute', 'NoSchedule', 'PreferNoSchedule'] as const)
    return taintHosts(context, oneHost(world), 'somebody', [{ key: taintKey, value: '', effect }], [])
  },
  untaint: (world, context) => taintHosts(context, oneHost(world), 'somebody', [], [{ key: taintKey }]),
  thaw: async (world, context) => {
    const { control } = world.controller
    if (control) await thawEvictions(context, control.hosts, 'somebody')
  },
  /** Without force: one that holds nothing. It is switched off then, and does not come back. */
  removeHost: async (world, context) => {
    const host = world.random.pick(world.hosts)
    const { control } = world.controller
    const stay = world.hosts.filter(({ id }) => !world.goneForGood.has(id)).length
    if (!host || !control || stay < 3 || !world.random.chance(0.3)) return
    await removeHost(context, host.id, false)
    control.hosts.forget(host.id)
    control.specs.forget(host.id)
    world.goneForGood.add(host.id)
    world.agents.find((agent) => agent.host === host)?.loseHost()
  },
  demand: async (world) => {
    world.demand = world.random.chance(0.5)
  },
} satisfies Record<string, Operation>

export const operationWeights: Readonly<Record<keyof typeof operations, number>> = {
  deploy: 5,
  scale: 3,
  undo: 1,
  pause: 1,
  resume: 1,
  delete: 1,
  cordon: 1,
  uncordon: 1,
  drain: 1,
  promote: 0.5,
  abort: 0.5,
  taint: 1,
  untaint: 0.5,
  thaw: 0.5,
  removeHost: 0.5,
  demand: 1,
}

/** Somebody asks for something. That the controller refuses, cannot write it, or dies over it, is a fair answer. */
export const operate = (world: World, name: string, operation: Operation): void => {
  const { control } = world.controller
  if (!control) return
  operation(world, control.context).then(
    (result) => world.trace.add('somebody', name, { result }),
    (error: unknown) => {
      if (error instanceof HostlerError) world.trace.add('somebody', `${name} was refused`, { reason: messageOf(error) })
      else world.fail(error)
    },
  )
}
