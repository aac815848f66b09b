/** How many GPUs a replica takes and how they work together, once everything left out is filled in. Pure. */
import type { PresetName } from './blocks.ts'

interface Written {
  readonly engine: { readonly preset: PresetName }
  readonly resources: { readonly gpus: number | undefined; readonly shmMiB: number | undefined }
  readonly parallelism: {
    readonly tensorParallel?: number | undefined
    readonly pipelineParallel?: number | undefined
    readonly hosts?: number | undefined
  }
}

/** Engines that are of no use without a GPU take one when the spec does not say. */
const needsGpu: Readonly<Record<PresetName, boolean>> = {
  vllm: true,
  sglang: true,
  'tensorrt-llm': true,
  llamacpp: false,
  custom: false,
}

/** GPUs of one replica over all its hosts. */
export const gpusOf = ({ engine, resources, parallelism }: Written): number => {
  if (resources.gpus !== undefined) return resources.gpus
  const { tensorParallel, pipelineParallel, hosts = 1 } = parallelism
  if (tensorParallel !== undefined || pipelineParallel !== undefined) return (tensorParallel ?? 1) * (pipelineParallel ?? hosts)
  return needsGpu[engine.preset] ? hosts : 0
}

/**
 * The resources and parallelism blocks with nothing left open. Tensor parallelism fills what pipeline stages leave; over several hosts there is a
 * stage a host unless said otherwise.
 */
export const sizesOf = <W extends Written>(written: W) => {
  const gpus = gpusOf(written)
  const hosts = written.parallelism.hosts ?? 1
  const pipelineParallel = written.parallelism.pipelineParallel ?? hosts
  return {
    resources: { ...(written.resources as W['resources']), gpus, shmMiB: written.resources.shmMiB ?? (gpus > 1 ? 8192 : 1024) },
    parallelism: {
      tensorParallel: written.parallelism.tensorParallel ?? Math.max(1, Math.floor(gpus / pipelineParallel)),
      pipelineParallel,
      hosts,
    },
  }
}
