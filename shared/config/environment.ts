import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { HostlerError } from '../errors/hostler-error.ts'
import { didYouMean } from './did-you-mean.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A setting's place in the configuration, such as `['listen', 'port']`. */
export type SettingPath = readonly string[]

/** As much of a JSON Schema as a setting has. */
interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly type?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly description?: string
}

export interface Setting {
  readonly path: SettingPath
  /** Of its environment variable. */
  readonly variable: string
  /** `string`, `integer`, `number`, `boolean` or `array` */
  readonly type: string
  /** Absent: it has none and may be left out. */
  readonly fallback?: unknown
  /** Empty: not limited to these. */
  readonly choices: readonly unknown[]
  readonly description: string
}

/** `timeouts.firstByteMs` of section GATEWAY is `HOSTLER_GATEWAY_TIMEOUTS_FIRST_BYTE_MS`. */
const variableName = (section: string, path: SettingPath): string =>
  ['HOSTLER', section, ...path].map((word) => word.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()).join('_')

const leaves = (node: SchemaNode, section: string, path: SettingPath): readonly Setting[] => {
  if (node.properties) return Object.entries(node.properties).flatMap(([name, child]) => leaves(child, section, [...path, name]))
  const { type = 'string', default: fallback, enum: choices = [], description = '' } = node
  return [{ path, variable: variableName(section, path), type, fallback, choices, description }]
}

/** Every setting of a schema, in its order. */
export const settingsOf = (schema: z.ZodType, section: string): readonly Setting[] =>
  leaves(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode, section, [])

const valueIn = ({ type, variable }: Setting, text: string): unknown => {
  if (type === 'string' || text === '') return text
  try {
    return parseYaml(text)
  } catch (error) {
    throw new HostlerError('CONFIG_INVALID', `the environment variable ${variable} is "${text}"; expected YAML of type ${type}`, {
      cause: error,
    })
  }
}

/**
 * What the environment sets, by path. Text is taken as it is, everything else is read as YAML, so that numbers, lists and booleans work.
 * Throws CONFIG_INVALID on a name nobody knows.
 */
export const readEnvironment = (
  schema: z.ZodType,
  section: string,
  environment: Environment,
): readonly (readonly [SettingPath, unknown])[] => {
  const variables = new Map(settingsOf(schema, section).map((setting) => [setting.variable, setting]))
  const prefix = `HOSTLER_${section.toUpperCase()}_`
  return Object.entries(environment).flatMap(([name, text]): (readonly [SettingPath, unknown])[] => {
    if (!name.startsWith(prefix) || text === undefined) return []
    const setting = variables.get(name)
    if (!setting) {
      const near = didYouMean(name, [...variables.keys()])
      throw new HostlerError('CONFIG_INVALID', `the environment variable ${name} is no setting${near ? `; did you mean ${near}?` : ''}`)
    }
    return [[setting.path, valueIn(setting, text)]]
  })
}

/** A copy with one value set deep inside, missing levels made. Pure. */
export const withValue = (base: unknown, [head, ...rest]: SettingPath, value: unknown): unknown => {
  if (head === undefined) return value
  const object: Readonly<Record<string, unknown>> =
    typeof base === 'object' && base !== null && !Array.isArray(base) ? (base as Record<string, unknown>) : {}
  return { ...object, [head]: withValue(object[head], rest, value) }
}
