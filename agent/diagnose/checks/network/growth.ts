import type { Series } from '../../../../shared/diagnosis/host-diagnosis.ts'

/**
 * How much a counter grew over the window, by what was kept of it: resets are counted as the start of a new count. Undefined where nothing was
 * kept, as just after the agent started. Pure.
 */
export const growthOf = (kept: readonly Series[], fromUnixMs: number, now: number): number | undefined => {
  const [series] = kept
  const values = (series?.values ?? []).filter((value, index) => value !== null && (series?.atUnixMs[index] ?? 0) >= fromUnixMs) as number[]
  if (values.length === 0) return undefined
  return [...values, now].reduce((grown, value, index, all) => {
    const before = all[index - 1]
    if (before === undefined) return grown
    return grown + (value >= before ? value - before : value)
  }, 0)
}
