/**
 * Reads one member of the top-level object out of JSON text, without building the rest. It accepts exactly what JSON.parse accepts
 * (RFC 8259, the last duplicate wins), so that what is passed on is known to be JSON, and it never backtracks or recurses.
 */
export type Scanned =
  | { readonly kind: 'found'; readonly value: string }
  | { readonly kind: 'absent' }
  /** The member is there, and is not a string. */
  | { readonly kind: 'not-string' }
  /** Valid JSON, but not an object. */
  | { readonly kind: 'not-object' }
  | { readonly kind: 'malformed'; readonly offset: number }
  | { readonly kind: 'too-deep' }

const quote = 0x22
const comma = 0x2c
const minus = 0x2d
const dot = 0x2e
const zero = 0x30
const colon = 0x3a
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= zero && byte <= 0x39
const isHex = (byte: number | undefined): boolean =>
  byte !== undefined && (isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66))
const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
const isSimpleEscape = (byte: number | undefined): boolean => byte !== undefined && '"\\/bfnrt'.includes(String.fromCharCode(byte))

const literals = new Map([...['true', 'false', 'null'].map((word) => [word.charCodeAt(0), Buffer.from(word)] as const)])

const skipSpace = (text: Buffer, at: number): number => {
  while (isSpace(text[at])) at++
  return at
}

/** All skippers return the offset behind what they skipped, or -1 - offset where it stops being JSON. */
const wrong = (offset: number): number => -1 - offset

const skipString = (text: Buffer, at: number): number => {
  for (let i = at + 1; ; i++) {
    const byte = text[i]
    if (byte === quote) return i + 1
    if (byte === undefined || byte < 0x20) return wrong(i)
    if (byte !== backslash) continue
    const escaped = text[++i]
    if (escaped === 0x75) {
      for (let digit = 0; digit < 4; digit++) if (!isHex(text[++i])) return wrong(i)
    } else if (!isSimpleEscape(escaped)) return wrong(i)
  }
}

const skipDigits = (text: Buffer, at: number): number => {
  if (!isDigit(text[at])) return wrong(at)
  while (isDigit(text[at])) at++
  return at
}

const skipNumber = (text: Buffer, at: number): number => {
  if (text[at] === minus) at++
  at = text[at] === zero ? at + 1 : skipDigits(text, at)
  if (at >= 0 && text[at] === dot) at = skipDigits(text, at + 1)
  if (at >= 0 && (text[at] === 0x65 || text[at] === 0x45)) {
    at++
    if (text[at] === minus || text[at] === 0x2b) at++
    at = skipDigits(text, at)
  }
  return at
}

const skipScalar = (text: Buffer, at: number): number => {
  const byte = text[at]
  if (byte === quote) return skipString(text, at)
  if (byte === minus || isDigit(byte)) return skipNumber(text, at)
  const literal = byte === undefined ? undefined : literals.get(byte)
  return literal && text.compare(literal, 0, literal.length, at, Math.min(text.length, at + literal.length)) === 0
    ? at + literal.length
    : wrong(at)
}

/** The offset behind a value of text that is known to be JSON. */
export const endOfValue = (text: Buffer, from: number): number => {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const byte = text[at]
    if (byte === quote) at = skipString(text, at) - 1
    if (at < 0) break
    if (byte === openBrace || byte === openBracket) depth++
    else if (byte === closeBrace || byte === closeBracket) depth--
    if (depth < 0 || (depth === 0 && byte === comma)) return at
    if (depth === 0 && (byte === quote || byte === closeBrace || byte === closeBracket)) return at + 1
  }
  return text.length
}

const decode = (text: Buffer, from: number, to: number): string => {
  const raw = text.toString('utf8', from + 1, to - 1)
  return raw.includes('\\') ? JSON.parse(`"${raw}"`) : raw
}

/** JSON nested deeper than this is refused: engines in Python give up at about the same depth. */
export const maxDepth = 1000

/** One entry per open bracket: 1 for an object, 0 for an array. Shared, for a scan never yields. */
const openObjects = new Uint8Array(maxDepth)

/** The member `name` of the object that `text` (valid UTF-8) holds. */
export const scanTopLevel = (text: Buffer, name: string): Scanned => {
  let result: Scanned = { kind: 'absent' }
  const problem = scanMembers(text, (member, at) => {
    if (member !== name) return
    const end = text[at] === quote ? skipString(text, at) : wrong(at)
    result = end > 0 ? { kind: 'found', value: decode(text, at, end) } : { kind: 'not-string' }
  })
  return problem ?? result
}

/**
 * Calls for each member of the object that `text` (valid UTF-8) holds, with the offset of its value, as far as the text is JSON; the value itself
 * was not looked at yet. Undefined when the text is a JSON object.
 */
export const scanMembers = (
  text: Buffer,
  onMember: (name: string, valueAt: number) => void,
): Exclude<Scanned, { readonly kind: 'found' | 'absent' | 'not-string' }> | undefined => {
  let at = skipSpace(text, 0)
  const isObject = text[at] === openBrace
  let depth = 0

  const closer = () => (openObjects[depth - 1] === 1 ? closeBrace : closeBracket)

  /** Steps over `"name":` and, in the top-level object, looks at what follows. */
  const enterMember = (): void => {
    const from = at
    at = text[at] === quote ? skipString(text, at) : wrong(at)
    if (at < 0) return
    const to = at
    at = skipSpace(text, at)
    at = text[at] === colon ? skipSpace(text, at + 1) : wrong(at)
    if (at >= 0 && depth === 1 && isObject) onMember(decode(text, from, to), at)
  }

  for (;;) {
    const byte = text[at]
    if (byte === openBrace || byte === openBracket) {
      if (depth === maxDepth) return { kind: 'too-deep' }
      openObjects[depth++] = byte === openBrace ? 1 : 0
      at = skipSpace(text, at + 1)
      if (text[at] !== closer()) {
        if (byte === openBrace) enterMember()
        if (at < 0) return { kind: 'malformed', offset: -1 - at }
        continue
      }
      depth--
      at++
    } else {
      at = skipScalar(text, at)
      if (at < 0) return { kind: 'malformed', offset: -1 - at }
    }
    at = skipSpace(text, at)
    while (depth > 0 && text[at] === closer()) {
      depth--
      at = skipSpace(text, at + 1)
    }
    if (depth === 0 && at !== text.length) return { kind: 'malformed', offset: at }
    if (depth === 0) return isObject ? undefined : { kind: 'not-object' }
    if (text[at] !== comma) return { kind: 'malformed', offset: at }
    at = skipSpace(text, at + 1)
    if (openObjects[depth - 1] === 1) enterMember()
    if (at < 0) return { kind: 'malformed', offset: -1 - at }
  }
}
