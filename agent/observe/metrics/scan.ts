/** Reading numbers out of kernel texts without taking them apart. Pure. */

/** The whole number that begins at an index, blanks before it allowed; undefined when there is none. */
export const numberAt = (text: string, from: number): number | undefined => {
  let at = from
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at += 1
  let value = 0
  const first = at
  for (;;) {
    const digit = text.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) break
    value = value * 10 + digit
    at += 1
  }
  return at === first ? undefined : value
}

/** The number after a key that begins a line, as in `MemFree:   123 kB` or `oom_kill 4`. */
export const keyed = (text: string, key: string): number | undefined => {
  let at = text.indexOf(key)
  while (at > 0 && text.charCodeAt(at - 1) !== 10) at = text.indexOf(key, at + 1)
  return at < 0 ? undefined : numberAt(text, at + key.length)
}

const blanks = /\s+/

/** The columns of a line. */
export const columns = (line: string): readonly string[] => line.trim().split(blanks)
