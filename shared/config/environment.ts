import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { HostlerError } from '../errors/hostler-error.ts'
import { didYouMean } from './did-you-mean.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A setting's place in the configuration, such as `['listen', 'port']`. */
export type SettingPath = readonly string[]

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>
}

const leaves = (node: SchemaNode, path: SettingPath): readonly SettingPath[] =>
  node.properties ? Object.entries(node.properties).flatMap(([name, child]) => leaves(child, [...path, name])) : [path]

/** `timeouts.firstByteMs` of section GATEWAY is `HOSTLER_GATEWAY_TIMEOUTS_FIRST_BYTE_MS`. */
const variableName = (section: string, path: SettingPath): string =>
  ['HOSTLER', section, ...path].map((word) => word.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()).join('_')

/** Every setting of a schema by the name of its environment variable. */
export const variablesOf = (schema: z.ZodType, section: string): ReadonlyMap<string, SettingPath> => {
  const described = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode
  return new Map(leaves(described, []).map((path) => [variableName(section, path), path]))
}

/** What the environment sets, by path; values are read as YAML, so that numbers, lists and booleans work. Throws CONFIG_INVALID on a name nobody knows. */
export const readEnvironment = (
  schema: z.ZodType,
  section: string,
  environment: Environment,
): readonly (readonly [SettingPath, unknown])[] => {
  const variables = variablesOf(schema, section)
  const prefix = `HOSTLER_${section.toUpperCase()}_`
  return Object.entries(environment).flatMap(([name, text]): (readonly [SettingPath, unknown])[] => {
    if (!name.startsWith(prefix) || text === undefined) return []
    const path = variables.get(name)
    if (!path) {
      const near = didYouMean(name, [...variables.keys()])
      throw new HostlerError('CONFIG_INVALID', `the environment variable ${name} is no setting${near ? `; did you mean ${near}?` : ''}`)
    }
    return [[path, text === '' ? '' : parseYaml(text)]]
  })
}

/** A copy with one value set deep inside, missing levels made. Pure. */
export const withValue = (base: unknown, [head, ...rest]: SettingPath, value: unknown): unknown => {
  if (head === undefined) return value
  const object: Readonly<Record<string, unknown>> =
    typeof base === 'object' && base !== null && !Array.isArray(base) ? (base as Record<string, unknown>) : {}
  return { ...object, [head]: withValue(object[head], rest, value) }
}
