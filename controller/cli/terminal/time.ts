/** Spans and moments for people. Pure. */

/** At most two units, as short as it can be told apart: `42s`, `5m12s`, `3h20m`, `12d4h`. */
export const formatAge = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`
  const days = Math.floor(hours / 24)
  return hours % 24 === 0 || days >= 100 ? `${days}d` : `${days}d${hours % 24}h`
}

/** Age of a moment, or `-` for a moment that is not known. */
export const ageSince = (unixMs: number, nowUnixMs: number): string => (unixMs === 0 ? '-' : formatAge(nowUnixMs - unixMs))

/** UTC to the second: `2026-01-31 08:00:00Z`. */
export const formatMoment = (unixMs: number): string =>
  new Date(unixMs)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z')
