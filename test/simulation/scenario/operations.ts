/** What people do to a fleet. */

import type { UseCaseContext } from '../../../controller/usecases/context.ts'
import { applySpec, deleteDeployment, scale } from '../../../controller/usecases/deployments.ts'
import { cordonHosts, drainHosts, uncordonHosts } from '../../../controller/usecases/host-duty.ts'
import { setPaused, undoRollout } from '../../../controller/usecases/rollouts.ts'
import { HostlerError, messageOf } from '../../../shared/errors/hostler-error.ts'
import type { Behaviour } from '../host/engine.ts'
import type { World } from '../world/world.ts'
import { names, randomWish, specOf } from './specs.ts'

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
} satisfies Record<string, Operation>

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
