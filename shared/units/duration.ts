/** Durations as people write them: `500ms`, `30s`, `5m`, `1h30m`, `2d`. */

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const

const part = /(\d+(?:\.\d+)?)(ms|d|h|m|s)/y
const scale: Readonly<Record<string, number>> = Object.fromEntries(units)

/**
 * Milliseconds of a duration such as `30s` or `1h30m`, or undefined when the text is not one. Units must not grow from left to
 * right or repeat, the result must be a whole number of milliseconds, and `0` alone needs no unit.
 */
export const parseDurationMs = (text: string): number | undefined => {
  if (text === '0') return 0
  let total = 0
  let smallest = Number.POSITIVE_INFINITY
  part.lastIndex = 0
  while (part.lastIndex < text.length) {
    const match = part.exec(text)
    if (match === null) return undefined
    const unitMs = scale[match[2] ?? ''] ?? Number.NaN
    if (!(unitMs < smallest)) return undefined
    smallest = unitMs
    total += Number(match[1]) * unitMs
  }
  const rounded = Math.round(total)
  const whole = Math.abs(total - rounded) < 1e-6 && Number.isSafeInteger(rounded)
  return text !== '' && whole ? rounded : undefined
}

/** The shortest exact form, the inverse of parseDurationMs for whole, non-negative milliseconds: 5400000 is `1h30m`, 0 is `0s`. */
export const formatDuration = (ms: number): string => {
  let rest = ms
  let text = ''
  for (const [unit, unitMs] of units) {
    const count = Math.floor(rest / unitMs)
    if (count > 0) text += `${count}${unit}`
    rest -= count * unitMs
  }
  return text === '' ? '0s' : text
}

/** For people, at most two units and no fraction: `42 s`, `3 min 5 s`, `2 h 10 min`. */
export const describeDuration = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
  const hours = Math.floor(minutes / 60)
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
}
