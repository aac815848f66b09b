import { type DeploymentSpec, deploymentSchema } from '../../../controller/domain/spec/schema.ts'
import type { Behaviour } from '../host/engine.ts'
import type { Random } from '../world/random.ts'

export const names = ['alpha', 'beta', 'gamma'] as const

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
}

export const specOf = (wish: SpecWish): DeploymentSpec =>
  parse({
    name: wish.name,
    model: { name: wish.name },
    engine: { preset: 'custom', command: ['serve'] },
    image: `engine:${wish.variant % 3}`,
    replicas: wish.replicas,
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
    },
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
  return {
    name,
    behaviour,
    replicas: random.int(1, 4),
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
  }
}
