/** The engine's command line and environment, with what the agent would fill in filled in. Pure. */
import type { IEnvVar } from 'kubernetes-models/v1/EnvVar'
import { presets } from '../../engine/presets.ts'
import { mountPathOf } from '../../engine/replica-spec.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { apiKeyEntry, secretName } from './names.ts'

const defaultPort = 8000
const apiKeyVariable = 'API_KEY'

export interface ContainerLaunch {
  readonly command: readonly string[]
  readonly args: readonly string[]
  readonly env: readonly IEnvVar[]
  readonly port: number
  /** The variable that holds the engine's API key; undefined for an engine that knows none. */
  readonly apiKeyVariable: string | undefined
}

export const portOf = (spec: DeploymentSpec): number => (spec.port === 0 ? defaultPort : spec.port)

const usesApiKey = (text: string): boolean => /\{\{\s*apiKey\s*\}\}/.test(text)

export const launchOf = (spec: DeploymentSpec): ContainerLaunch => {
  const preset = presets[spec.engine.preset].launch(spec)
  const port = portOf(spec)
  const values: Readonly<Record<string, string>> = {
    address: '0.0.0.0',
    port: String(port),
    modelPath: mountPathOf(spec),
    apiKey: `$(${apiKeyVariable})`,
  }
  // Kubernetes replaces $(NAME) in commands and values, so a user's own has to be told apart from ours.
  const fill = (text: string): string =>
    text.replaceAll('$(', '$$$$(').replaceAll(/\{\{\s*(address|port|apiKey|modelPath)\s*\}\}/g, (_, name: string) => values[name] ?? '')

  const command = (spec.engine.command.length > 0 ? spec.engine.command : preset.command).map(fill)
  const args = [...preset.args, ...spec.engine.args]
  const written: Readonly<Record<string, string>> = {
    ...preset.env,
    ...spec.env,
    ...(spec.model.path === '' ? {} : { MODEL_PATH: '{{modelPath}}' }),
  }
  const secretRef = { secretKeyRef: { name: secretName(spec), key: apiKeyEntry } }
  const holders = Object.entries(written).filter(([, value]) => usesApiKey(value) && value.trim().replaceAll(' ', '') === '{{apiKey}}')
  const needsVariable = [
    ...spec.engine.command,
    ...args,
    ...Object.values(written).filter((value) => !holders.some(([, held]) => held === value)),
  ].some(usesApiKey)
  return {
    command,
    args: args.map(fill),
    env: [
      // Before those that refer to it.
      ...(needsVariable ? [{ name: apiKeyVariable, valueFrom: secretRef }] : []),
      ...Object.entries(written).map(([name, value]) =>
        holders.some(([holder]) => holder === name) ? { name, valueFrom: secretRef } : { name, value: fill(value) },
      ),
    ],
    port,
    apiKeyVariable: needsVariable ? apiKeyVariable : holders[0]?.[0],
  }
}
