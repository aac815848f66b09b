/** A setting of an engine by its flags: the first is the one to add where none is given. */
export interface Knob {
  readonly flags: readonly string[]
  /** What the engine takes without the flag, or less; undefined where that cannot be known. */
  readonly assumed?: number
}

export interface EngineKnobs {
  /** How many sequences it serves at once. */
  readonly sequences: Knob
  /** How long one may be; of llama.cpp the sum of all. */
  readonly length: Knob
  /** Share of the GPU's memory that it takes at its start. */
  readonly fraction?: Knob
  /** The largest batch that it captures graphs for. */
  readonly graphs?: Knob
  /** Tokens of one step. */
  readonly tokens?: Knob
}

/**
 * Flags: https://docs.vllm.ai/en/latest/cli/serve/, https://docs.sglang.io/advanced_features/server_arguments.html,
 * https://nvidia.github.io/TensorRT-LLM/commands/trtllm-serve/trtllm-serve.html,
 * https://github.com/ggml-org/llama.cpp/tree/master/tools/server. Where the default depends on the GPU the least of them is assumed.
 */
export const engineKnobs: Readonly<Record<string, EngineKnobs>> = {
  vllm: {
    sequences: { flags: ['--max-num-seqs'], assumed: 256 },
    length: { flags: ['--max-model-len'] },
    fraction: { flags: ['--gpu-memory-utilization'], assumed: 0.9 },
    graphs: { flags: ['--max-cudagraph-capture-size'], assumed: 512 },
    tokens: { flags: ['--max-num-batched-tokens'], assumed: 2048 },
  },
  sglang: {
    sequences: { flags: ['--max-running-requests'], assumed: 256 },
    length: { flags: ['--context-length'] },
    fraction: { flags: ['--mem-fraction-static'], assumed: 0.85 },
    graphs: { flags: ['--cuda-graph-max-bs', '--cuda-graph-max-bs-decode'], assumed: 160 },
    tokens: { flags: ['--chunked-prefill-size'], assumed: 4096 },
  },
  'tensorrt-llm': {
    sequences: { flags: ['--max_batch_size'], assumed: 2048 },
    length: { flags: ['--max_seq_len'] },
    fraction: { flags: ['--kv_cache_free_gpu_memory_fraction', '--free_gpu_memory_fraction'], assumed: 0.9 },
    tokens: { flags: ['--max_num_tokens'], assumed: 8192 },
  },
  llamacpp: {
    sequences: { flags: ['--parallel', '-np'], assumed: 1 },
    length: { flags: ['--ctx-size', '-c'] },
  },
}

const programs: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)vllm$|vllm\.entrypoints/, 'vllm'],
  [/(?:^|\/)sglang$|sglang\.launch_server/, 'sglang'],
  [/(?:^|\/)trtllm-serve$/, 'tensorrt-llm'],
  [/(?:^|\/)llama-server$/, 'llamacpp'],
]

/** The engine whose flags a launch takes; empty when nothing tells. `preset` is the spec's. */
export const engineOf = (preset: string, words: readonly string[]): string => {
  if (preset === 'trtllm') return 'tensorrt-llm'
  if (preset in engineKnobs) return preset
  return programs.find(([program]) => words.some((word) => program.test(word)))?.[1] ?? ''
}
