import { type DeploymentSpec, deploymentSchema } from '../../../controller/domain/spec/schema.ts'
import type { Behaviour } from '../host/engine.ts'
import type { Random } from '../world/random.ts'

export const names = ['alpha', 'beta', 'gamma', 'delta'] as const
/** Its number of replicas follows its load, most of the time. */
export const scaledName = 'delta'
/** Whose replicas may go on trial first. */
const trialNames: readonly string[] = ['alpha', 'gamma']
/** What hosts are tainted with. */
export const taintKey = 'maintenance'

const parsed = new Map<string, DeploymentSpec>()

/** Parsed once: a seed asks for few different ones, all seeds together for the same few. */
const parse = (document: Parameters<typeof deploymentSchema.parse>[0]): DeploymentSpec => {
  const key = JSON.stringify(document)
  const known = parsed.get(key)
  if (known) return known
  const spec = deploymentSchema.parse(document)
  parsed.set(key, spec)
  return spec
}

export interface SpecWish {
  readonly name: string
  readonly behaviour: Behaviour
  readonly replicas: number
  /** Tells two revisions of the same behaviour apart. */
  readonly variant: number
  readonly gpus: number
  /** Over which one replica spreads. */
  readonly hosts: number
  readonly onPartition: 'keep' | 'stop'
  readonly strategy: 'auto' | 'surge'
  readonly maxSurge: number
  readonly maxUnavailable: number
  readonly automaticRollback: boolean
  readonly drainTimeout: string
  readonly stopGrace: string
  readonly priority: number
  readonly preemption: 'lower' | 'never'
  /** Runs on tainted hosts as well. */
  readonly tolerates: boolean
  readonly canary: 'none' | 'manual' | 'health'
  /** Least and most replicas. */
  readonly autoscale: readonly [number, number] | undefined
}

/** Whoever waits asks for more; what was enough for ten seconds is enough. */
const autoscaleOf = ([min, max]: readonly [number, number]) => ({
  min,
  max,
  signals: { waiting: 1 },
  scaleOut: { stabilization: '2s', every: '5s' },
  scaleIn: { stabilization: '10s', every: '5s' },
  ...(min === 0 ? { idle: '20s' } : {}),
})

export const specOf = (wish: SpecWish): DeploymentSpec =>
  parse({
    name: wish.name,
    model: { name: wish.name },
    engine: { preset: 'custom', command: ['serve'] },
    image: `engine:${wish.variant % 3}`,
    // So few that requests wait while it serves, and more of it is asked for.
    ...(wish.name === scaledName ? { maxConcurrent: 1 } : {}),
    ...(wish.autoscale === undefined ? { replicas: wish.replicas } : { autoscale: autoscaleOf(wish.autoscale) }),
    resources: { gpus: wish.gpus, memory: { request: '16Gi' } },
    parallelism: wish.hosts === 1 ? {} : { hosts: wish.hosts, tensorParallel: wish.gpus / wish.hosts, pipelineParallel: wish.hosts },
    env: { BEHAVIOUR: wish.behaviour, VARIANT: String(wish.variant) },
    update: {
      strategy: wish.strategy,
      maxSurge: wish.maxSurge,
      maxUnavailable: wish.maxUnavailable,
      automaticRollback: wish.automaticRollback,
      progressDeadline: '90s',
      drainTimeout: wish.drainTimeout,
      ...(wish.canary === 'none' ? {} : { canary: { traffic: 30, promote: wish.canary, window: '15s', minRequests: 2 } }),
    },
    placement: wish.tolerates ? { tolerations: [{ key: taintKey, operator: 'Exists' }] } : {},
    priority: wish.priority,
    preemption: wish.preemption,
    onPartition: wish.onPartition,
    health: { interval: '3s', timeout: '2s', failures: 2 },
    warmProbe: { timeout: '5s' },
    loadTimeout: '40s',
    stopGrace: wish.stopGrace,
  })

/** A wish for a deployment that works; what may vary varies. */
export const randomWish = (random: Random, name: string, behaviour: Behaviour): SpecWish => {
  const maxSurge = random.int(0, 2)
  const hosts = name === 'beta' && random.chance(0.4) ? 2 : 1
  const replicas = random.int(1, 4)
  return {
    name,
    behaviour,
    replicas,
    variant: random.int(0, 5),
    gpus: hosts > 1 || random.chance(0.2) ? 2 : 1,
    hosts,
    onPartition: name === 'gamma' ? 'stop' : 'keep',
    strategy: random.chance(0.7) ? 'auto' : 'surge',
    maxSurge,
    maxUnavailable: maxSurge === 0 ? random.int(1, 2) : random.int(0, 2),
    automaticRollback: random.chance(0.7),
    drainTimeout: random.pick(['5s', '60s']),
    stopGrace: random.pick(['10s', '10s', '60s']),
    priority: random.pick([0, 0, 0, 100, -100]),
    preemption: random.chance(0.8) ? 'lower' : 'never',
    tolerates: random.chance(0.2),
    canary: replicas > 1 && trialNames.includes(name) && random.chance(0.6) ? random.pick(['manual', 'health'] as const) : 'none',
    autoscale: name === scaledName && random.chance(0.8) ? [random.int(0, 1), random.int(1, 4)] : undefined,
  }
}
