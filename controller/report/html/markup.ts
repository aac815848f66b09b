/** HTML that cannot be broken out of: whatever is put into a template is text, unless it is markup already. Pure. */

export interface Markup {
  readonly markup: string
}

export type Part = string | number | Markup | undefined | readonly Part[]

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Also without control characters and those that turn the direction of text: a log line must not show as something else. */
export const escaped = (text: string): string =>
  text.replaceAll(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '').replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign)

const textOf = (part: Part): string => {
  if (part === undefined) return ''
  if (typeof part === 'string') return escaped(part)
  if (typeof part === 'number') return String(part)
  return 'markup' in part ? part.markup : part.map(textOf).join('')
}

export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  markup: strings.map((text, index) => text + (index < parts.length ? textOf(parts[index]) : '')).join(''),
})

/** The markup when there is something to show. */
export const when = (shown: boolean, markup: () => Markup): Markup => (shown ? markup() : html``)

/** Coordinates with a tenth of a pixel: more only makes the page longer. */
export const px = (value: number): string => String(Math.round(value * 10) / 10)
