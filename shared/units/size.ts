/** Sizes as people write them, in binary units only: `500Mi`, `40Gi`, `1.5Ti`. */

const gibMiB = 1024
const tibMiB = 1024 * 1024
const scaleMiB: Readonly<Record<string, number>> = { Mi: 1, Gi: gibMiB, Ti: tibMiB }

/** MiB of a size such as `40Gi`, or undefined when the text is not one or is no whole number of MiB. `0` alone needs no unit. */
export const parseSizeMiB = (text: string): number | undefined => {
  if (text === '0') return 0
  const match = /^(\d+(?:\.\d+)?)(Mi|Gi|Ti)$/.exec(text)
  if (match === null) return undefined
  const mib = Number(match[1]) * (scaleMiB[match[2] ?? ''] ?? Number.NaN)
  return Number.isSafeInteger(mib) ? mib : undefined
}

/** The shortest exact form, the inverse of parseSizeMiB for whole, non-negative MiB: 40960 is `40Gi`, 1536 is `1536Mi`. */
export const formatSize = (mib: number): string => {
  if (mib > 0 && mib % tibMiB === 0) return `${mib / tibMiB}Ti`
  if (mib > 0 && mib % gibMiB === 0) return `${mib / gibMiB}Gi`
  return `${mib}Mi`
}

/** For people, one decimal at most: `39.4 GiB`, `512 MiB`. */
export const describeSize = (mib: number): string => {
  if (mib < gibMiB) return `${Math.round(mib)} MiB`
  const gib = mib / gibMiB
  return `${Number(gib.toFixed(gib < 100 ? 1 : 0))} GiB`
}
