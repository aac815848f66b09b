/** The order in which people expect names. Pure: what is remembered between calls follows from the names alone. */

const digits = 20
const mostKeys = 65_536
const keys = new Map<string, string>()

/** Text whose plain order is that of the names: numbers are made equally long, and names that differ in leading zeros alone keep apart. */
const keyOf = (name: string): string => {
  const known = keys.get(name)
  if (known !== undefined) return known
  if (keys.size >= mostKeys) keys.clear()
  const key = `${name.replace(/\d+/g, (number) => number.padStart(digits, '0'))}\0${name}`
  keys.set(name, key)
  return key
}

/** gpu-2 before gpu-10, and the same on every machine whatever its locale. */
export const compareNames = (a: string, b: string): number => {
  if (a === b) return 0
  return keyOf(a) < keyOf(b) ? -1 : 1
}
