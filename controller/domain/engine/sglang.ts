import { option, optionAbove1, type Preset } from './preset.ts'

/** Flags: https://docs.sglang.io/advanced_features/server_arguments.html */
export const sglang: Preset = {
  image: () => 'lmsysorg/sglang:v0.5.12',
  launch: ({ engine, model, parallelism }) => ({
    command: ['python3', '-m', 'sglang.launch_server'],
    args: [
      ...['--model-path', '{{modelPath}}', '--served-model-name', model.name],
      ...['--host', '{{address}}', '--port', '{{port}}', '--api-key', '{{apiKey}}', '--enable-metrics'],
      ...optionAbove1('--tp-size', parallelism.tensorParallel),
      ...optionAbove1('--pp-size', parallelism.pipelineParallel),
      ...option('--context-length', engine.maxModelLen),
      ...option('--mem-fraction-static', engine.gpuMemoryUtilization),
      ...option('--max-running-requests', engine.maxConcurrentSequences),
      ...option('--dtype', engine.dtype),
      ...option('--quantization', engine.quantization),
    ],
    env: {},
  }),
  healthPath: '/health',
  metricsPath: '/metrics',
  notes: ["SGLang takes its API key on the command line only, where the host's own users can see it in the process list."],
}
