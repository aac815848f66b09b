import type { Preset } from './preset.ts'

/** Any server with an OpenAI API. What the presets put on a command line reaches it by environment. */
export const custom: Preset = {
  image: () => '',
  launch: () => ({
    command: [],
    args: [],
    env: { HOSTLER_ADDRESS: '{{address}}', HOSTLER_PORT: '{{port}}', HOSTLER_API_KEY: '{{apiKey}}' },
  }),
  healthPath: '/health',
  metricsPath: '/metrics',
  notes: [],
}
