/** A small fleet in which nothing happens but what a test does to it. */
import { applySpec } from '../../controller/usecases/deployments.ts'
import { Checks } from './checks/checks.ts'
import { type SpecWish, specOf } from './scenario/specs.ts'
import { Random } from './world/random.ts'
import { Scheduler } from './world/scheduler.ts'
import { Trace } from './world/trace.ts'
import { World, type WorldShape } from './world/world.ts'

export interface CalmFleet {
  readonly world: World
  /** Lets so many seconds pass. Throws what a check found. */
  pass(seconds: number): Promise<void>
  deploy(wish: Partial<SpecWish>): void
  /** Ready replicas of a deployment, as the controller reports them. */
  ready(name: string): number | undefined
}

const usual: SpecWish = {
  name: 'alpha',
  behaviour: 'good',
  replicas: 1,
  variant: 0,
  gpus: 1,
  hosts: 1,
  onPartition: 'keep',
  strategy: 'auto',
  maxSurge: 1,
  maxUnavailable: 0,
  automaticRollback: true,
  drainTimeout: '60s',
  stopGrace: '10s',
  priority: 0,
  preemption: 'lower',
  tolerates: false,
  canary: 'none',
  autoscale: undefined,
}

export const calmFleet = async (shape: WorldShape): Promise<CalmFleet> => {
  const random = new Random(1)
  const scheduler = new Scheduler()
  const world = new World(shape, random, scheduler, new Trace(() => scheduler.nowMs, {}), (made) => new Checks(made))
  random.calm = true
  for (const host of world.hosts) host.random.calm = true
  const pass = async (seconds: number): Promise<void> => {
    await scheduler.runUntil(scheduler.nowMs + seconds * 1_000)
    if (world.failure !== undefined) throw world.failure
  }
  world.begin()
  await pass(3)
  return {
    world,
    pass,
    deploy: (wish) => {
      const { control } = world.controller
      if (!control) throw new Error('the controller does not run')
      void applySpec(control.context, specOf({ ...usual, ...wish }), { author: 'somebody' }, false)
    },
    ready: (name) => world.controller.control?.loop.reports.get(name)?.ready,
  }
}
