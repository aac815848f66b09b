/** When a value that was found meets a value that is wanted. Values are as the kernel prints them, several numbers separated by one space. Pure. */
import type { Comparison, SettingKind } from './profile.ts'

/** What "at least" means for a value: each number not below, all of these bits, all of these ports. */
type Scale = 'numbers' | 'bits' | 'ports'

const scaleOf = (key: string): Scale => {
  // Priorities of pfc and ecn are written the same way: those that are wanted must be among them.
  if (key === 'net.ipv4.ip_local_reserved_ports' || key === 'pfc' || key === 'ecn') return 'ports'
  return key === 'net.ipv4.tcp_fastopen' ? 'bits' : 'numbers'
}

/** One space between words, none around them. */
export const normalValue = (text: string): string => text.trim().split(/\s+/).join(' ')

const limitless = new Set(['unlimited', 'infinity', 'max'])
const beyondAll = 1n << 127n

/** A whole number of any size; `unlimited`, `infinity` and `max` are above all others. */
const numberIn = (word: string): bigint | undefined => {
  if (limitless.has(word)) return beyondAll
  return /^-?\d+$/.test(word) ? BigInt(word) : undefined
}

const numbersIn = (text: string): readonly bigint[] | undefined => {
  const numbers = normalValue(text).split(' ').map(numberIn)
  return numbers.every((number) => number !== undefined) ? numbers : undefined
}

/** The ports of `8080,20000-29999`; undefined for other text. Empty text is no port. */
const portsIn = (text: string): ReadonlySet<number> | undefined => {
  const ports = new Set<number>()
  for (const part of text.split(',').map((word) => word.trim())) {
    if (part === '') continue
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? []
    if (first === undefined || Number(last) > 65_535) return undefined
    for (let port = Number(first); port <= Number(last); port++) ports.add(port)
  }
  return ports
}

const portList = (ports: ReadonlySet<number>): string => {
  const runs: [number, number][] = []
  for (const port of [...ports].sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last && last[1] === port - 1) last[1] = port
    else runs.push([port, port])
  }
  return runs.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',')
}

/** Whether the text can be a floor for this key. */
export const canBeFloor = (key: string, value: string): boolean =>
  scaleOf(key) === 'ports' ? portsIn(value) !== undefined : numbersIn(value) !== undefined

/** Two ways to write the same value, such as different spaces, or the words for no limit. */
export const sameValue = (key: string, a: string, b: string): boolean => {
  if (normalValue(a) === normalValue(b)) return true
  if (scaleOf(key) === 'ports') {
    const [left, right] = [portsIn(a), portsIn(b)]
    return left !== undefined && right !== undefined && portList(left) === portList(right)
  }
  const [left, right] = [numbersIn(a), numbersIn(b)]
  return left !== undefined && right !== undefined && left.length === right.length && left.every((number, index) => number === right[index])
}

const meetsFloor = (key: string, floor: string, found: string): boolean => {
  if (scaleOf(key) === 'ports') {
    const [wanted, has] = [portsIn(floor), portsIn(found)]
    return wanted !== undefined && has !== undefined && [...wanted].every((port) => has.has(port))
  }
  const [wanted, has] = [numbersIn(floor), numbersIn(found)]
  if (wanted === undefined || has === undefined || wanted.length !== has.length) return sameValue(key, floor, found)
  if (scaleOf(key) === 'bits') return wanted.every((bits, index) => ((has[index] ?? 0n) & bits) === bits)
  return wanted.every((least, index) => (has[index] ?? 0n) >= least)
}

/** Advice is met like a floor where both are numbers, by equality otherwise. */
export const meets = (
  setting: { readonly key: string; readonly comparison: Comparison; readonly value: string },
  found: string,
): boolean =>
  setting.comparison === 'exact' ? sameValue(setting.key, setting.value, found) : meetsFloor(setting.key, setting.value, found)

const larger = (a: string, b: string): string => ((numberIn(a) ?? 0n) >= (numberIn(b) ?? 0n) ? a : b)

/**
 * What to set so that the setting is met and nothing that is already higher, or already reserved, is lost. `found` is undefined when
 * there is no value yet. Law: the result meets the setting, and a floor's result meets `found` as a floor.
 */
export const valueToSet = (
  setting: { readonly key: string; readonly comparison: Comparison; readonly value: string },
  found: string | undefined,
): string => {
  const { key, comparison, value } = setting
  if (comparison === 'exact' || found === undefined) return normalValue(value)
  if (scaleOf(key) === 'ports') {
    const has = portsIn(found)
    return has === undefined ? normalValue(value) : portList(new Set([...has, ...(portsIn(value) ?? [])]))
  }
  const [wanted, has] = [numbersIn(value), numbersIn(found)]
  if (wanted === undefined || has === undefined || wanted.length !== has.length) return normalValue(value)
  if (scaleOf(key) === 'bits') return wanted.map((bits, index) => String(bits | (has[index] ?? 0n))).join(' ')
  const words = normalValue(found).split(' ')
  return normalValue(value)
    .split(' ')
    .map((word, index) => larger(word, words[index] ?? word))
    .join(' ')
}

/** Names a setting within a profile. */
export const settingId = ({ kind, key }: { readonly kind: SettingKind; readonly key: string }): string => `${kind} ${key}`
