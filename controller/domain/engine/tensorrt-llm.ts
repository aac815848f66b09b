import { option, optionAbove1, type Preset } from './preset.ts'

/** Flags: https://nvidia.github.io/TensorRT-LLM/latest/commands/trtllm-serve/trtllm-serve.html */
export const tensorrtLlm: Preset = {
  image: () => 'nvcr.io/nvidia/tensorrt-llm/release:1.2.1',
  launch: ({ engine, parallelism }) => ({
    command: ['trtllm-serve'],
    args: [
      '{{modelPath}}',
      ...['--host', '{{address}}', '--port', '{{port}}'],
      ...optionAbove1('--tp_size', parallelism.tensorParallel),
      ...optionAbove1('--pp_size', parallelism.pipelineParallel),
      ...option('--max_seq_len', engine.maxModelLen),
      ...option('--max_batch_size', engine.maxConcurrentSequences),
      ...option('--kv_cache_free_gpu_memory_fraction', engine.gpuMemoryUtilization),
    ],
    env: {},
  }),
  oneHostOnly: 'TensorRT-LLM needs MPI between hosts, which Hostler does not start',
  healthPath: '/health',
  // Its /metrics is JSON of its own; this one is in the Prometheus format.
  metricsPath: '/prometheus/metrics',
  notes: ['trtllm-serve knows no API key: whoever reaches the port of a replica can use it, so close the port to all but the gateways.'],
}
