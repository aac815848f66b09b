import { option, type Preset } from './preset.ts'

/** More layers than any model has: all of them go to the GPUs. */
const allLayers = 999

/**
 * Flags: https://github.com/ggml-org/llama.cpp/tree/master/tools/server. llama-server divides --ctx-size among its slots, so the
 * length that the spec gives for one sequence is multiplied by the number of sequences.
 */
export const llamacpp: Preset = {
  image: ({ resources }) => `ghcr.io/ggml-org/llama.cpp:server${resources.gpus > 0 ? '-cuda' : ''}-b8840`,
  launch: ({ engine, model, resources, runtime }) => {
    const contextTokens = engine.maxModelLen === undefined ? undefined : engine.maxModelLen * (engine.maxConcurrentSequences ?? 1)
    return {
      // The image's entrypoint is llama-server at a path of its own.
      command: runtime === 'exec' ? ['llama-server'] : [],
      args: [
        ...['--model', '{{modelPath}}', '--alias', model.name],
        ...['--host', '{{address}}', '--port', '{{port}}', '--metrics'],
        ...option('--n-gpu-layers', resources.gpus > 0 ? allLayers : undefined),
        ...option('--ctx-size', contextTokens),
        ...option('--parallel', engine.maxConcurrentSequences),
      ],
      env: { LLAMA_API_KEY: '{{apiKey}}' },
    }
  },
  oneHostOnly: 'llama.cpp runs on one host',
  healthPath: '/health',
  metricsPath: '/metrics',
  notes: [],
}
