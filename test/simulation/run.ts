import { applySpec } from '../../controller/usecases/deployments.ts'
import { Checks } from './checks/checks.ts'
import { unrest } from './checks/liveness.ts'
import { must, Violation } from './checks/violation.ts'
import { type FaultName, faults } from './scenario/faults.ts'
import { heal, tidyUp } from './scenario/heal.ts'
import { operate, operations, operationWeights } from './scenario/operations.ts'
import { names, randomWish, scaledName, specOf } from './scenario/specs.ts'
import { Random } from './world/random.ts'
import { Scheduler } from './world/scheduler.ts'
import { Trace } from './world/trace.ts'
import { World } from './world/world.ts'

export interface RunOptions {
  readonly print?: (line: string) => void
  readonly hashed?: boolean
}

export interface Outcome {
  readonly seed: number
  /** Undefined: everything held. */
  readonly failure: { readonly property: string; readonly message: string; readonly trace: readonly string[] } | undefined
  readonly virtualMs: number
  readonly steps: number
  readonly counts: Checks['counts']
  readonly digest: string
}

const second = 1_000
/** Within this the fleet must have come to rest after the last fault. */
const restWithinMs = 420 * second
const restForMs = 8 * second

const faultNames = Object.keys(faults) as FaultName[]

/** A small fleet that comes up, then whatever may happen to it, then peace. */
export const runSeed = async (seed: number, options: RunOptions = {}): Promise<Outcome> => {
  // Virtual time never turns the event loop, and whoever runs many seeds has to hear of its own.
  await new Promise((resolve) => setImmediate(resolve))
  const random = new Random(seed)
  const scheduler = new Scheduler()
  const trace = new Trace(() => scheduler.nowMs, options)
  const shape = {
    gpusOfHosts: Array.from({ length: random.int(1, 6) }, () => random.int(0, 3)),
    gateways: random.int(0, 2),
  }
  const world = new World(shape, random, scheduler, trace, (made) => new Checks(made))
  let property = ''
  let message = ''
  try {
    await live(world)
    if (world.failure !== undefined) throw world.failure
  } catch (error) {
    property = error instanceof Violation ? error.property : 'nothing throws'
    message = error instanceof Violation ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  world.end()
  return {
    seed,
    failure: property === '' ? undefined : { property, message, trace: trace.last(60) },
    virtualMs: scheduler.nowMs,
    steps: scheduler.steps,
    counts: world.checks.counts,
    digest: trace.digest(),
  }
}

const live = async (world: World): Promise<void> => {
  const { random, scheduler, trace } = world
  const failed = () => world.failure !== undefined
  trace.add('world', 'begins', { gpus: world.hosts.map(({ gpus }) => gpus.length).join(','), gateways: world.gateways.length })
  world.begin()
  await scheduler.runUntil(3 * second, failed)
  const first = randomWish(random, random.pick(names), 'good')
  operate(world, 'deploy', (_, context) => applySpec(context, specOf(first), { author: 'somebody' }, false))
  if (random.chance(0.3)) {
    const scaled = randomWish(random, scaledName, 'good')
    operate(world, 'deploy', (_, context) => applySpec(context, specOf(scaled), { author: 'somebody' }, false))
  }
  await scheduler.runUntil(random.int(5, 25) * second, failed)
  // A few kinds of trouble at a time find more than all kinds at once.
  const share = random.pick([0.08, 0.2, 0.35])
  const troubles = faultNames.filter(() => random.chance(share))
  if (random.chance(0.4)) world.deathsAroundSteps = 0.06
  const untilMs = scheduler.nowMs + random.pick([random.int(25, 70), random.int(25, 70), random.int(100, 160)]) * second
  while (scheduler.nowMs < untilMs && !failed()) {
    if (random.chance(0.1)) world.backup = world.controller.backUp()
    const trouble = random.pick(troubles)
    if (trouble && random.chance(0.65)) faults[trouble](world)
    else {
      const name = random.weighted(operationWeights)
      operate(world, name, operations[name])
    }
    // Now and then several things at the same moment.
    if (!random.chance(0.25)) await scheduler.runUntil(scheduler.nowMs + random.int(50, 7 * second), failed)
  }
  heal(world)
  await rest(world, failed)
}

const rest = async (world: World, failed: () => boolean): Promise<void> => {
  const { scheduler } = world
  const untilMs = scheduler.nowMs + restWithinMs
  let quietSinceMs: number | undefined
  let before = -1
  let left: readonly string[] = []
  while (scheduler.nowMs < untilMs && !failed()) {
    tidyUp(world)
    await scheduler.runUntil(scheduler.nowMs + second, failed)
    left = unrest(world)
    const { decisions } = world.checks.counts
    if (left.length > 0 || decisions !== before) quietSinceMs = undefined
    else quietSinceMs ??= scheduler.nowMs
    before = decisions
    if (quietSinceMs !== undefined && scheduler.nowMs - quietSinceMs >= restForMs) return
  }
  must(failed(), 'once faults end the fleet comes to rest', () => left.join('; ') || 'the planner goes on changing what is well')
}
