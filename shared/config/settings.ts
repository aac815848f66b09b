import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse as parseYaml } from 'yaml'
import type { z } from 'zod'
import { HostlerError, messageOf } from '../errors/hostler-error.ts'
import { type Environment, readEnvironment, type SettingPath, withValue } from './environment.ts'
import { formatProblems } from './problem.ts'
import { parseYamlWith } from './yaml-document.ts'

export interface SettingsSource {
  /** `controller`, `agent` or `gateway`: the prefix of the environment variables. */
  readonly section: string
  readonly file?: string | undefined
  readonly environment: Environment
  /** From the command line; undefined values set nothing. */
  readonly overrides?: readonly (readonly [SettingPath, unknown])[]
}

const readText = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new HostlerError('CONFIG_INVALID', `cannot read the configuration ${file}: ${messageOf(error)}`, { cause: error })
  }
}

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) freeze(child)
    Object.freeze(value)
  }
  return value
}

/** $HOSTLER_CONFIG_DIR/SECTION.yaml, if it is there: what a service reads when no file is named. */
const usualFile = ({ section, environment }: SettingsSource): string | undefined => {
  const directory = environment.HOSTLER_CONFIG_DIR
  const file = directory ? join(directory, `${section}.yaml`) : undefined
  return file !== undefined && existsSync(file) ? file : undefined
}

/**
 * Settings from, in rising order, the defaults, a YAML file, the environment and the command line; checked once, then frozen.
 * Throws CONFIG_INVALID naming file, line and field, or the variable.
 */
export const loadSettings = async <S extends z.ZodType>(schema: S, source: SettingsSource): Promise<z.output<S>> => {
  let raw: unknown = {}
  const file = source.file ?? usualFile(source)
  if (file !== undefined) {
    const text = await readText(file)
    const parsed = text.trim() === '' ? undefined : parseYamlWith(schema, text, { file })
    if (parsed && !parsed.ok) throw new HostlerError('CONFIG_INVALID', formatProblems(parsed.problems))
    raw = parseYaml(text) ?? {}
  }
  for (const [path, value] of readEnvironment(schema, source.section, source.environment)) raw = withValue(raw, path, value)
  for (const [path, value] of source.overrides ?? []) if (value !== undefined) raw = withValue(raw, path, value)
  const checked = schema.safeParse(raw)
  if (!checked.success) {
    const told = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n')
    throw new HostlerError(
      'CONFIG_INVALID',
      `${told}\n(set by an environment variable HOSTLER_${source.section.toUpperCase()}_… or on the command line)`,
    )
  }
  return freeze(checked.data)
}
