const scaleMiB: Readonly<Record<string, number>> = {
  bytes: 1 / (1024 * 1024),
  b: 1 / (1024 * 1024),
  kib: 1 / 1024,
  kb: 1 / 1024,
  mib: 1,
  mb: 1,
  gib: 1024,
  gb: 1024,
  tib: 1024 * 1024,
}

/** A size as engines write it, in MiB to two digits: `8.00 GiB`, `448.00 MiB`, `0 bytes`. They write MB and GB and mean MiB and GiB. */
export const sizeMiB = (amount: string | undefined, unit: string | undefined): number | undefined => {
  const scale = scaleMiB[(unit ?? '').toLowerCase()]
  const value = Number(amount ?? '')
  if (scale === undefined || amount === undefined || amount === '' || !Number.isFinite(value)) return undefined
  return Math.round(value * scale * 100) / 100
}

/** The first group of a pattern is an amount, the second a unit. */
export const sizeIn = (line: string, pattern: RegExp): number | undefined => {
  const match = pattern.exec(line)
  return match ? sizeMiB(match[1], match[2]) : undefined
}

/** An object without its undefined values: absent is not zero. */
export const known = <T extends object>(values: { readonly [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T
