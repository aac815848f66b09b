/** What no single field can see: fields that do not fit each other. Pure. */

import { presets } from '../engine/presets.ts'
import { gangEnv } from '../gang/seat.ts'
import { autoscaleRules } from './autoscale-rules.ts'
import type { PresetName } from './blocks.ts'
import type { WrittenSpec } from './schema.ts'
import { gpusOf } from './sizes.ts'

export interface Contradiction {
  /** The field to change first. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

type Rule = (spec: WrittenSpec) => readonly Contradiction[]

/** Set for every replica, or member of a gang; a value from the spec would be lost or would break isolation. */
const reserved = ['MODEL_PATH', 'NVIDIA_VISIBLE_DEVICES', 'CUDA_VISIBLE_DEVICES', ...Object.keys(gangEnv)]

type Tuning = 'maxModelLen' | 'gpuMemoryUtilization' | 'maxConcurrentSequences' | 'dtype' | 'quantization'

/** Tuning fields that an engine has no flag for; taking them in silence would be a lie. */
const untunable: Readonly<Record<PresetName, readonly Tuning[]>> = {
  vllm: [],
  sglang: [],
  llamacpp: ['gpuMemoryUtilization', 'dtype', 'quantization'],
  'tensorrt-llm': ['dtype', 'quantization'],
  custom: ['maxModelLen', 'gpuMemoryUtilization', 'maxConcurrentSequences', 'dtype', 'quantization'],
}

const tuningRules: Rule = ({ engine }) =>
  untunable[engine.preset]
    .filter((name) => engine[name] !== undefined)
    .map((name) => ({
      path: ['engine', name],
      message: `the preset ${engine.preset} has no setting for this; remove the field${engine.preset === 'custom' ? ' and use engine.args' : ''}`,
    }))

const engineRules: Rule = ({ engine, image, model, runtime }) => {
  const found: Contradiction[] = []
  if (engine.preset === 'custom') {
    if (runtime === 'exec' && engine.command.length === 0) {
      found.push({ path: ['engine', 'command'], message: 'a custom engine with runtime exec has no program to run; give engine.command' })
    }
    if (runtime === 'docker' && image === undefined) {
      found.push({ path: ['image'], message: 'a custom engine has no image of its own; give image' })
    }
  } else if (model.path === '') {
    found.push({ path: ['model', 'path'], message: `${engine.preset} loads its model from a path on the host; give model.path` })
  }
  if (runtime === 'exec' && image !== undefined) {
    found.push({
      path: ['image'],
      message: 'runtime exec runs a program of the host and uses no image; remove image or set runtime: docker',
    })
  }
  if (runtime === 'exec' && engine.mountPath !== undefined) {
    found.push({ path: ['engine', 'mountPath'], message: 'runtime exec mounts nothing; remove mountPath or set runtime: docker' })
  }
  return found
}

const modelRules: Rule = ({ model }) => {
  const seen = new Set([model.name])
  return model.aliases.flatMap((alias, index) => {
    if (!seen.has(alias)) {
      seen.add(alias)
      return []
    }
    return [{ path: ['model', 'aliases', index], message: `the name ${alias} is given twice; each may appear once` }]
  })
}

const gpuRules: Rule = (spec) => {
  const { engine, parallelism, resources } = spec
  const gpus = gpusOf(spec)
  const hosts = parallelism.hosts ?? 1
  const { tensorParallel, pipelineParallel } = parallelism
  const spelled = tensorParallel !== undefined || pipelineParallel !== undefined
  const found: Contradiction[] = []
  if (spelled && engine.preset === 'llamacpp') {
    const field = tensorParallel !== undefined ? 'tensorParallel' : 'pipelineParallel'
    return [{ path: ['parallelism', field], message: 'llama.cpp spreads its layers over the GPUs by itself; remove the field' }]
  }
  // A tensor parallelism of 1 is also what a replica without GPUs has.
  const stages = pipelineParallel ?? hosts
  if (hosts > 1 && tensorParallel !== undefined && gpus % hosts === 0 && (gpus / hosts) % tensorParallel !== 0) {
    const each = gpus / hosts
    found.push({
      path: ['parallelism', 'tensorParallel'],
      message: `tensorParallel ${tensorParallel} does not fit into the ${each} GPUs that each of ${hosts} hosts gives; layers are shared within a host and stages go over hosts: tensorParallel ${each} with pipelineParallel ${hosts}`,
    })
  } else if (tensorParallel !== undefined && Math.max(1, gpus) !== tensorParallel * stages) {
    const product = tensorParallel * stages
    found.push({
      path: ['parallelism', 'tensorParallel'],
      message: `tensorParallel ${tensorParallel} x pipelineParallel ${stages} needs ${product} GPUs, resources.gpus is ${gpus}; make them equal`,
    })
  } else if (pipelineParallel !== undefined && Math.max(1, gpus) % pipelineParallel !== 0) {
    found.push({
      path: ['parallelism', 'pipelineParallel'],
      message: `${gpus} GPUs cannot be split into ${pipelineParallel} equal pipeline stages`,
    })
  }
  if (hosts > 1 && (gpus === 0 || gpus % hosts !== 0)) {
    found.push({ path: ['parallelism', 'hosts'], message: `${gpus} GPUs cannot be split evenly over ${hosts} hosts` })
  }
  if (hosts > 1 && pipelineParallel !== undefined && pipelineParallel % hosts !== 0) {
    found.push({
      path: ['parallelism', 'pipelineParallel'],
      message: `${pipelineParallel} stages cannot be split evenly over ${hosts} hosts; a stage stays within a host`,
    })
  }
  if (resources.gpuMemoryMiB > 0 && gpus === 0) {
    found.push({ path: ['resources', 'gpuMemory'], message: 'gpuMemory is given but the replica takes no GPU; set resources.gpus' })
  }
  if (spec.placement.gpuModel !== undefined && gpus === 0) {
    found.push({ path: ['placement', 'gpuModel'], message: 'gpuModel is given but the replica takes no GPU; set resources.gpus' })
  }
  return found
}

const gangRules: Rule = ({ engine, onOOM, parallelism }) => {
  if ((parallelism.hosts ?? 1) === 1) return []
  const { oneHostOnly } = presets[engine.preset]
  return [
    ...(oneHostOnly === undefined
      ? []
      : [{ path: ['parallelism', 'hosts'], message: `${oneHostOnly}; set hosts to 1, or use vllm or sglang` }]),
    ...(onOOM === 'adjust'
      ? [
          {
            path: ['onOOM'],
            message: 'adjust changes the flags of one host alone, and all hosts of a replica need the same; set it to report',
          },
        ]
      : []),
  ]
}

/** How many there may ever be. */
const mostReplicas = ({ autoscale, replicas }: WrittenSpec): number => autoscale?.max ?? replicas ?? 1

const apartRules: Rule = (spec) => {
  const { name, placement } = spec
  const replicas = mostReplicas(spec)
  const { antiAffinity, groups, hosts } = placement
  const groupTwice = groups?.findIndex((group, index) => groups.indexOf(group) !== index) ?? -1
  const apart = antiAffinity.findIndex(
    ({ deployments, topologyKey, mode }) =>
      mode === 'required' && topologyKey === '' && (deployments.length === 0 || deployments.includes(name)),
  )
  return [
    ...(groupTwice < 0 ? [] : [{ path: ['placement', 'groups', groupTwice], message: `group ${groups?.[groupTwice]} is given twice` }]),
    ...(apart >= 0 && hosts !== undefined && replicas > hosts.length
      ? [
          {
            path: ['placement', 'antiAffinity', apart],
            message: `${replicas} replicas that are never on one host need as many hosts, placement.hosts allows ${hosts.length}; set mode: preferred, or allow more hosts`,
          },
        ]
      : []),
  ]
}

const placementRules: Rule = (spec) => {
  const { parallelism, placement, port } = spec
  const replicas = mostReplicas(spec)
  const { hosts } = placement
  if (hosts === undefined) return []
  const twice = hosts.findIndex((host, index) => hosts.indexOf(host) !== index)
  if (twice >= 0) return [{ path: ['placement', 'hosts', twice], message: `host ${hosts[twice]} is given twice` }]
  if ((parallelism.hosts ?? 1) > hosts.length) {
    return [{ path: ['placement', 'hosts'], message: `a replica spans ${parallelism.hosts} hosts, only ${hosts.length} are allowed here` }]
  }
  if (port !== 0 && replicas * (parallelism.hosts ?? 1) > hosts.length) {
    return [
      {
        path: ['port'],
        message: `${replicas} replicas with the fixed port ${port} need as many hosts, only ${hosts.length} are allowed; remove port`,
      },
    ]
  }
  return []
}

const environmentRules: Rule = ({ env }) =>
  reserved
    .filter((name) => Object.hasOwn(env, name))
    .map((name) => ({ path: ['env', name], message: `${name} is set by Hostler for each replica; remove it` }))

const healthRules: Rule = ({ health }) =>
  health.timeoutMs > health.intervalMs
    ? [{ path: ['health', 'timeout'], message: 'the timeout is longer than health.interval, so probes would overlap' }]
    : []

const canaryRules: Rule = ({ autoscale, replicas: given, update }) => {
  const replicas = autoscale?.max ?? given ?? 1
  const { canary } = update
  if (canary === undefined || replicas === 0 || canary.replicas < replicas) return []
  const few =
    replicas === 1
      ? 'one replica cannot be split into a canary and a stable part'
      : `a canary of ${canary.replicas} leaves none of ${replicas} replicas stable`
  const path = replicas === 1 && canary.trafficPercent !== undefined ? ['update', 'canary', 'traffic'] : ['update', 'canary', 'replicas']
  return [{ path, message: `${few}; set replicas to ${canary.replicas + 1} or more, or remove update.canary` }]
}

const rules: readonly Rule[] = [
  engineRules,
  tuningRules,
  modelRules,
  gpuRules,
  gangRules,
  apartRules,
  placementRules,
  environmentRules,
  healthRules,
  autoscaleRules,
  canaryRules,
]

/** Everything in the spec that contradicts itself, each with the field to change. */
export const contradictions = (spec: WrittenSpec): readonly Contradiction[] => rules.flatMap((rule) => rule(spec))
