/** Called with a sample's name, its labels (as text, without braces) and its value. */
export type OnSample = (name: string, labels: string, value: number) => void

const hash = 35
const quote = 34
const backslash = 92
const openBrace = 123

const numberOf = (text: string): number => {
  if (text === '') return Number.NaN
  const value = Number(text)
  if (!Number.isNaN(value)) return value
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number.NaN
}

/** Where the labels that begin at `from` end. -1 when they do not end in the line. */
const closingBrace = (text: string, from: number, end: number): number => {
  const quoteThenBrace = text.indexOf('"}', from)
  // The usual case, found without going through all characters. Elsewhere it may stand inside a value, as its begin or after a backslash.
  if (quoteThenBrace > from && quoteThenBrace < end && !' =\\'.includes(text[quoteThenBrace - 1] ?? '')) return quoteThenBrace + 1
  let quoted = false
  for (let index = from; index < end; index++) {
    const code = text.charCodeAt(index)
    if (code === backslash && quoted) index++
    else if (code === quote) quoted = !quoted
    else if (code === 125 && !quoted) return index
  }
  return -1
}

const typeMark = '# TYPE '

export interface Wanted {
  /** Of a sample, `NAME_bucket` and the like included. */
  readonly sample: (name: string) => boolean
  /** Of a metric as its TYPE line names it. Where it is not wanted, all up to the next comment is passed over unread. */
  readonly metric?: (name: string) => boolean
}

/**
 * Reads Prometheus text for the samples whose name is wanted, and passes over the rest without looking closer: an engine shows a
 * thousand lines of which a few matter. Lines that cannot be read are passed over. Never throws of its own.
 */
export const readExposition = (text: string, { sample, metric }: Wanted, onSample: OnSample): void => {
  const length = text.length
  let start = 0
  let brace = -1
  // Lines of one name follow each other.
  let name = ''
  let isWanted = false
  while (start < length) {
    let end = text.indexOf('\n', start)
    if (end < 0) end = length
    if (text.charCodeAt(start) !== hash) {
      if (brace < start) brace = orElse(text.indexOf('{', start), length)
      const nameEnd = Math.min(brace, orElse(text.indexOf(' ', start), length), end)
      if (nameEnd - start !== name.length || !text.startsWith(name, start)) {
        name = text.slice(start, nameEnd)
        isWanted = sample(name)
      }
      if (isWanted && end > start) readLine(text, name, nameEnd, end, onSample)
    } else if (metric && text.startsWith(typeMark, start) && !metric(typedName(text, start, end))) {
      const next = text.indexOf('\n#', end)
      end = next < 0 ? length : next
    }
    start = end + 1
  }
}

/** What indexOf found, or where it found nothing. */
const orElse = (index: number, otherwise: number): number => (index < 0 ? otherwise : index)

const typedName = (text: string, start: number, end: number): string => {
  const from = start + typeMark.length
  const blank = text.indexOf(' ', from)
  return text.slice(from, blank < 0 || blank > end ? end : blank)
}

const readLine = (text: string, name: string, nameEnd: number, end: number, onSample: OnSample): void => {
  let at = nameEnd
  let labels = ''
  if (text.charCodeAt(at) === openBrace) {
    const close = closingBrace(text, at + 1, end)
    if (close < 0) return
    labels = text.slice(at + 1, close)
    at = close + 1
  }
  const rest = text.slice(at, end).trim()
  if (rest !== '') onSample(name, labels, numberOf(rest.slice(0, orElse(rest.indexOf(' '), rest.length))))
}

/** Labels by name, from the text between the braces. What cannot be read is left out. */
export const parseLabels = (text: string): Readonly<Record<string, string>> => {
  const labels: Record<string, string> = {}
  const pair = /\s*([A-Za-z_][A-Za-z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?/gsy
  for (let match = pair.exec(text); match; match = pair.exec(text)) {
    const [, name = '', value = ''] = match
    labels[name] = value.replace(/\\(.)/gs, (_, character: string) => (character === 'n' ? '\n' : character))
  }
  return labels
}
