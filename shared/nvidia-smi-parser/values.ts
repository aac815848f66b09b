/** Units that one dimension was seen in, as factors to the unit in our field names. */
export const units = {
  // Old drivers wrote MB and meant 1024 * 1024 bytes.
  memoryMiB: { MiB: 1, MB: 1, KiB: 1 / 1024, KB: 1 / 1024, GiB: 1024, GB: 1024, TiB: 1024 * 1024, B: 1 / (1024 * 1024) },
  watts: { W: 1, mW: 0.001, kW: 1000 },
  celsius: { C: 1, '°C': 1 },
  percent: { '%': 1 },
  megahertz: { MHz: 1, GHz: 1000, kHz: 0.001, KHz: 0.001, Hz: 0.000001 },
  kilobytesPerSecond: { 'KB/s': 1, 'MB/s': 1000, 'GB/s': 1_000_000, 'B/s': 0.001 },
  gigabytesPerSecond: { 'GB/s': 1, 'MB/s': 0.001, 'KB/s': 0.000001 },
  microseconds: { us: 1, µs: 1, ms: 1000, s: 1_000_000, ns: 0.001 },
  banks: { 'bank(s)': 1, banks: 1 },
  lanes: { x: 1 },
} as const satisfies Record<string, Record<string, number>>

export type Dimension = keyof typeof units

const number = /^([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*(\S.{0,15})?$/i

/**
 * A number with or without its unit, in the unit of the dimension. Anything else is absent: `N/A`, `[Not Supported]`,
 * `ERR!`, an unknown unit (never guessed), a negative amount of what cannot be negative.
 */
export const quantity = (text: string | undefined, dimension: Dimension): number | undefined => {
  const match = text === undefined ? null : number.exec(text.trim())
  if (!match) return undefined
  const table: Record<string, number> = units[dimension]
  const factor = match[2] === undefined ? 1 : Object.hasOwn(table, match[2]) ? table[match[2]] : undefined
  if (factor === undefined) return undefined
  const value = Number(match[1]) * factor
  return Number.isFinite(value) && (value >= 0 || dimension === 'celsius') ? value : undefined
}

/** A whole number without unit. All-ones of 64 bits is NVML's "no value" and is absent, as is anything past 2^53. */
export const count = (text: string | undefined): number | undefined => {
  const trimmed = text?.trim() ?? ''
  if (!/^\d{1,16}$/.test(trimmed)) return undefined
  const value = Number(trimmed)
  return Number.isSafeInteger(value) ? value : undefined
}

/** A bit mask such as `0x0000000000000004`. */
export const mask = (text: string | undefined): bigint | undefined => {
  const trimmed = text?.trim() ?? ''
  return /^0x[0-9a-f]{1,16}$/i.test(trimmed) ? BigInt(trimmed) : undefined
}

const states: Readonly<Record<string, boolean>> = {
  yes: true,
  no: false,
  active: true,
  'not active': false,
  enabled: true,
  disabled: false,
  '1': true,
  '0': false,
}

/** A state that reads as one of two words; anything else is absent. */
export const state = (text: string | undefined): boolean | undefined => {
  const word = text?.trim().toLowerCase() ?? ''
  return Object.hasOwn(states, word) ? states[word] : undefined
}

const absent =
  /^\[?(?:n\/a|not supported|not available|not found|unknown|insufficient permissions|function not found|requested functionality has been deprecated)\]?$/i
const fault = /^\[?(?:err!|unknown error|gpu is lost\.?|gpu requires reset|gpu is in reset|timeout|no data|uninitialized)\]?$/i

/** Words; markers of absence and of failed reads are absent. */
export const words = (text: string | undefined): string | undefined => {
  const trimmed = text?.trim() ?? ''
  return trimmed === '' || absent.test(trimmed) || fault.test(trimmed) ? undefined : trimmed
}

/** The text of a field that should have a value and could not be read (`ERR!`, `[Unknown Error]`, `GPU is lost`), without brackets. */
export const readFault = (text: string): string | undefined => {
  const trimmed = text.trim()
  return fault.test(trimmed) ? trimmed.replace(/^\[|\]$/g, '') : undefined
}
