/** Our part of the Docker daemon's configuration: limits for containers that ask for none. Pure. */
import type { Setting } from '../../../shared/tuning/profile.ts'
import { meets, valueToSet } from '../../../shared/tuning/value.ts'
import type { EngineLimits } from './drop-in.ts'
import { limitKeys } from './drop-in.ts'

type Json = Readonly<Record<string, unknown>>

const section = 'default-ulimits'

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The configuration as an object; no file is an empty one. A sentence when it cannot be understood, and then nothing may be written. */
export const readDaemonJson = (text: string | null): Json | string => {
  if (text === null || text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : 'it is no JSON object'
  } catch (error) {
    return `it is no JSON (${error instanceof Error ? error.message : String(error)})`
  }
}

const limitsOf = (config: Json): Json => (isObject(config[section]) ? config[section] : {})

/** A limit as Docker writes it: -1 is none. */
const ulimit = (name: string, value: string) => {
  const number = value === 'unlimited' ? -1 : Number(value)
  return { Name: name, Hard: number, Soft: number }
}

/** The hard limits that the configuration gives containers. */
export const limitsInDaemonJson = (config: Json): EngineLimits =>
  Object.fromEntries(
    limitKeys.flatMap((key) => {
      const entry = limitsOf(config)[key]
      const hard = isObject(entry) ? entry.Hard : undefined
      if (typeof hard !== 'number') return []
      return [[key, hard < 0 ? 'unlimited' : String(hard)]]
    }),
  )

const indentOf = (text: string | null): string => /\n([ \t]+)"/.exec(text ?? '')?.[1] ?? '  '
const written = (config: Json, like: string | null): string => `${JSON.stringify(config, null, indentOf(like))}\n`

/** A limit that containers are to have by default. */
export type WantedLimit = Pick<Setting, 'key' | 'comparison' | 'value'>

/** The text with our limits in it and everything else as it was; undefined when it cannot be understood. */
export const withLimits = (text: string | null, wanted: readonly WantedLimit[]): string | null | undefined => {
  const config = readDaemonJson(text)
  if (typeof config === 'string') return undefined
  const has: Readonly<Record<string, string | undefined>> = { ...limitsInDaemonJson(config) }
  const missing = wanted.filter((limit) => !meets(limit, has[limit.key] ?? 'none'))
  if (missing.length === 0) return text
  const added = Object.fromEntries(missing.map((limit) => [limit.key, ulimit(limit.key, valueToSet(limit, has[limit.key]))]))
  return written({ ...config, [section]: { ...limitsOf(config), ...added } }, text)
}

/** The text without what of ours still stands in it; everything that others wrote since stays. null: the file goes. */
export const withoutLimits = (current: string | null, before: string | null, ours: string): string | null => {
  if (current === null || current === ours) return before
  const [now, was, put] = [readDaemonJson(current), readDaemonJson(before), readDaemonJson(ours)]
  if (typeof now === 'string' || typeof was === 'string' || typeof put === 'string') return current
  const entries = Object.entries(limitsOf(now)).flatMap(([name, value]): readonly [string, unknown][] => {
    const isOurs = JSON.stringify(value) === JSON.stringify(limitsOf(put)[name])
    const earlier = limitsOf(was)[name]
    if (!isOurs) return [[name, value]]
    return earlier === undefined ? [] : [[name, earlier]]
  })
  if (JSON.stringify(Object.fromEntries(entries)) === JSON.stringify(limitsOf(now))) return current
  const { [section]: _, ...rest } = now
  const keepsSection = entries.length > 0 || section in was
  const next = keepsSection ? { ...now, [section]: Object.fromEntries(entries) } : rest
  return Object.keys(next).length === 0 && before === null ? null : written(next, current)
}
