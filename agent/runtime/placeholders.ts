import type { ReplicaSpec } from '../../shared/fleet/replica.ts'

export interface PlaceholderValues {
  readonly address: string
  readonly port: number
  readonly apiKey: string
  /** As the engine sees it: the mount path in a container, the host's path for exec. */
  readonly modelPath: string
}

/** Replaces `{{address}} {{port}} {{apiKey}} {{modelPath}}`; anything else in braces is the engine's own and stays. */
export const fillPlaceholders = (text: string, values: PlaceholderValues): string =>
  text.replaceAll(/\{\{\s*(address|port|apiKey|modelPath)\s*\}\}/g, (_, name: keyof PlaceholderValues) => String(values[name]))

export interface FilledSpec {
  readonly command: readonly string[]
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Command, arguments and environment of the engine as they are launched. */
export const fillSpec = (spec: ReplicaSpec, values: PlaceholderValues): FilledSpec => ({
  command: spec.command.map((word) => fillPlaceholders(word, values)),
  args: spec.args.map((word) => fillPlaceholders(word, values)),
  env: Object.fromEntries(Object.entries(spec.env).map(([name, value]) => [name, fillPlaceholders(value, values)])),
})
