/** The engine's command line and environment, with what the agent would fill in filled in. Pure. */
import type { IEnvVar } from 'kubernetes-models/v1/EnvVar'
import { presets } from '../../engine/presets.ts'
import { mountPathOf } from '../../engine/replica-spec.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { gangValues, isGang, type Role } from './gang.ts'
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

const isOnly = (text: string, placeholder: string): boolean => text.replaceAll(/\s/g, '') === `{{${placeholder}}}`
const usesApiKey = (text: string): boolean => /\{\{\s*apiKey\s*\}\}/.test(text)

/** @param role a replica on one node is its own leader */
export const launchOf = (spec: DeploymentSpec, role: Role = 'leader'): ContainerLaunch => {
  const gang = isGang(spec)
  // Only whether it is 0 matters here: the rank itself is filled in by Kubernetes.
  const seat = { rank: role === 'leader' ? 0 : 1, worldSize: spec.parallelism.hosts, interface: '' }
  const preset = presets[spec.engine.preset].launch(spec, gang ? seat : undefined)
  const port = portOf(spec)
  const values: Readonly<Record<string, string>> = {
    address: '0.0.0.0',
    port: String(port),
    modelPath: mountPathOf(spec),
    apiKey: `$(${apiKeyVariable})`,
    ...(gang ? gangValues : {}),
  }
  // Kubernetes replaces $(NAME) in commands and values, so a user's own has to be told apart from ours.
  const fill = (text: string): string =>
    text.replaceAll('$(', '$$$$(').replaceAll(/\{\{\s*([A-Za-z]+)\s*\}\}/g, (written, name: string) => values[name] ?? written)

  const command = (spec.engine.command.length > 0 ? spec.engine.command : preset.command).map(fill)
  const args = [...preset.args, ...spec.engine.args]
  const written: Readonly<Record<string, string>> = {
    ...preset.env,
    ...spec.env,
    ...(spec.model.path === '' ? {} : { MODEL_PATH: '{{modelPath}}' }),
  }
  const secretRef = { secretKeyRef: { name: secretName(spec), key: apiKeyEntry } }
  const holders = Object.entries(written).filter(([, value]) => isOnly(value, 'apiKey'))
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
      ...Object.entries(written).map(([name, value]): IEnvVar => {
        if (holders.some(([holder]) => holder === name)) return { name, valueFrom: secretRef }
        // The other members have to reach it there.
        if (gang && isOnly(value, 'address')) return { name, valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }
        return { name, value: fill(value) }
      }),
    ],
    port,
    apiKeyVariable: needsVariable ? apiKeyVariable : holders[0]?.[0],
  }
}
