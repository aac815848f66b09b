import { interfaceEnv, option, optionAbove1, type Preset, type Seat } from './preset.ts'

/** Its multiprocessing launcher: the same program on every host; those of the workers serve nothing. */
const gangArgs = ({ rank }: Seat): readonly string[] => [
  ...['--nnodes', '{{worldSize}}', '--node-rank', '{{rank}}'],
  ...['--master-addr', '{{leaderAddress}}', '--master-port', '{{leaderPort}}'],
  ...(rank === 0 ? [] : ['--headless']),
]

/** Flags: https://docs.vllm.ai/en/latest/cli/serve/. The key goes by environment, so that it is not in the process list. */
export const vllm: Preset = {
  image: () => 'vllm/vllm-openai:v0.18.0',
  launch: ({ engine, model, parallelism }, seat) => ({
    command: ['vllm', 'serve'],
    args: [
      '{{modelPath}}',
      ...['--host', '{{address}}', '--port', '{{port}}'],
      // vLLM answers 404 to any other name, and clients' names reach it unchanged.
      ...['--served-model-name', model.name, ...model.aliases],
      ...optionAbove1('--tensor-parallel-size', parallelism.tensorParallel),
      ...optionAbove1('--pipeline-parallel-size', parallelism.pipelineParallel),
      ...(seat === undefined ? [] : gangArgs(seat)),
      ...option('--max-model-len', engine.maxModelLen),
      ...option('--gpu-memory-utilization', engine.gpuMemoryUtilization),
      ...option('--max-num-seqs', engine.maxConcurrentSequences),
      ...option('--dtype', engine.dtype),
      ...option('--quantization', engine.quantization),
    ],
    env: { VLLM_API_KEY: '{{apiKey}}', ...(seat === undefined ? {} : { VLLM_HOST_IP: '{{address}}' }), ...interfaceEnv(seat) },
  }),
  healthPath: '/health',
  metricsPath: '/metrics',
  notes: [],
}
