/** Which reports to give up. Pure. */
export interface Kept {
  readonly id: string
  readonly atUnixMs: number
  readonly bytes: number
}

export interface ReportBounds {
  readonly keep: number
  readonly keepBytes: number
}

/** The oldest, until both bounds hold; the newest report always stays. */
export const surplusReports = (reports: readonly Kept[], { keep, keepBytes }: ReportBounds): readonly string[] => {
  const newestFirst = reports.toSorted((a, b) => b.atUnixMs - a.atUnixMs || (a.id < b.id ? 1 : -1))
  let bytes = 0
  return newestFirst
    .filter((report, index) => {
      bytes += report.bytes
      return index > 0 && (index >= keep || bytes > keepBytes)
    })
    .map(({ id }) => id)
}
