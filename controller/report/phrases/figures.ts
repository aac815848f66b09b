/** Figures as people read them, the same in every language. Pure. */

export const shortDuration = (ms: number): string => {
  if (Math.abs(ms) < 1_000) return `${Math.round(ms)} ms`
  const seconds = ms / 1_000
  if (Math.abs(seconds) < 120) return `${Number(seconds.toFixed(Math.abs(seconds) < 10 ? 1 : 0))} s`
  const minutes = seconds / 60
  return Math.abs(minutes) < 120 ? `${Math.round(minutes)} min` : `${Number((minutes / 60).toFixed(1))} h`
}

export const rate = (mbps: number): string =>
  mbps >= 1_000 ? `${Number((mbps / 1_000).toFixed(mbps >= 100_000 ? 0 : 1))} Gbit/s` : `${Math.round(mbps)} Mbit/s`

export const milliseconds = (ms: number): string => `${ms >= 10 ? Math.round(ms) : Number(ms.toFixed(ms >= 1 ? 1 : 2))} ms`
