/** Labels of alerts, and matchers of them. Pure. */
export type Labels = Readonly<Record<string, string>>

/** `rule{a="x",b="y"}`: which series of a rule an alert is about; the same over restarts. */
export const alertId = (rule: string, labels: Labels): string =>
  `${rule}{${Object.keys(labels)
    .toSorted()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
    .join(',')}}`

export interface Matcher {
  readonly label: string
  readonly equal: boolean
  /** `*` stands for any text. */
  readonly value: string
}

const written = /^([A-Za-z_][A-Za-z0-9_]*)(!?=)(.{0,200})$/

/** `host=gpu-0*` or `severity!=info`; undefined for what is none. */
export const parseMatcher = (text: string): Matcher | undefined => {
  const [, label, operator, value] = text.match(written) ?? []
  if (label === undefined || value === undefined || (value.match(/\*/g) ?? []).length > 4) return undefined
  return { label, equal: operator === '=', value }
}

export const formatMatcher = ({ label, equal, value }: Matcher): string => `${label}${equal ? '=' : '!='}${value}`

/** Whether text fits a pattern in which `*` stands for any text; linear in both for the few `*` that are allowed. */
export const fits = (text: string, pattern: string): boolean => {
  const parts = pattern.split('*')
  const [first = '', ...rest] = parts
  const last = rest.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - at >= last.length && text.endsWith(last)
}

/** Every matcher has to fit; a label that is not there is empty. */
export const matches = (labels: Labels, matchers: readonly Matcher[]): boolean =>
  matchers.every(({ label, equal, value }) => fits(labels[label] ?? '', value) === equal)
