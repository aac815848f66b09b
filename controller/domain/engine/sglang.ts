import { interfaceEnv, option, optionAbove1, type Preset } from './preset.ts'

const gangArgs: readonly string[] = [
  ...['--dist-init-addr', '{{leaderAddress}}:{{leaderPort}}'],
  ...['--nnodes', '{{worldSize}}', '--node-rank', '{{rank}}'],
]

/** Flags: https://docs.sglang.io/advanced_features/server_arguments.html */
export const sglang: Preset = {
  image: () => 'lmsysorg/sglang:v0.5.12',
  launch: ({ engine, model, parallelism }, seat) => ({
    command: ['python3', '-m', 'sglang.launch_server'],
    args: [
      ...['--model-path', '{{modelPath}}', '--served-model-name', model.name],
      ...['--host', '{{address}}', '--port', '{{port}}', '--api-key', '{{apiKey}}', '--enable-metrics'],
      ...optionAbove1('--tp-size', parallelism.tensorParallel),
      ...optionAbove1('--pp-size', parallelism.pipelineParallel),
      ...(seat === undefined ? [] : gangArgs),
      ...option('--context-length', engine.maxModelLen),
      ...option('--mem-fraction-static', engine.gpuMemoryUtilization),
      ...option('--max-running-requests', engine.maxConcurrentSequences),
      ...option('--dtype', engine.dtype),
      ...option('--quantization', engine.quantization),
    ],
    env: interfaceEnv(seat),
  }),
  healthPath: '/health',
  metricsPath: '/metrics',
  notes: ["SGLang takes its API key on the command line only, where the host's own users can see it in the process list."],
}
