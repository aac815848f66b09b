/** An element of nvidia-smi's XML. Text is trimmed; attributes are not kept, but for `id`. */
export interface Element {
  readonly name: string
  readonly id: string | undefined
  text: string
  readonly children: Element[]
}

export type XmlRead =
  | { readonly ok: true; readonly root: Element; readonly end: number }
  | { readonly ok: false; readonly truncated: boolean; readonly message: string }

export interface XmlOptions {
  /** Elements that are jumped over unread: an H200 lists hundreds of supported clocks in every report. */
  readonly skip: ReadonlySet<string>
  /** Elements whose content is plain text to the closing tag; nvidia-smi does not escape process names. */
  readonly plain: ReadonlySet<string>
}

const maxDepth = 64
const openTag = /([A-Za-z_][\w.:-]*)([^<>]*)>/y
const idOf = /\bid\s*=\s*\\?["']([^"'\\]*)/

/**
 * Reads the first element at or after `start`. A reader of our own, because a general parser spends most of its time and
 * memory on the clock tables and on generality that nvidia-smi never uses.
 */
export const readXml = (source: string, start: number, options: XmlOptions): XmlRead => {
  const stack: Element[] = []
  let at = start
  for (;;) {
    const open = source.indexOf('<', at)
    if (open < 0) return truncated(stack)
    const top = stack.at(-1)
    if (top && open > at) append(top, source.slice(at, open))

    const aside = skipAside(source, open)
    if (aside !== undefined) {
      if (aside < 0) return truncated(stack)
      at = aside
      continue
    }
    if (source.charCodeAt(open + 1) === 47) {
      const close = source.indexOf('>', open)
      if (close < 0) return truncated(stack)
      const name = source.slice(open + 2, close).trim()
      if (!top || top.name !== name) return broken(`</${name.slice(0, 60)}> closes ${top ? `<${top.name}>` : 'nothing'}`)
      stack.pop()
      at = close + 1
      if (stack.length === 0) return { ok: true, root: top, end: at }
      continue
    }

    openTag.lastIndex = open + 1
    const tag = openTag.exec(source)
    if (!tag) {
      if (source.indexOf('>', open) < 0) return truncated(stack)
      return broken(`no element starts at: ${source.slice(open, open + 40)}`)
    }
    const name = tag[1] ?? ''
    const rest = tag[2] ?? ''
    at = openTag.lastIndex
    const selfClosed = rest.endsWith('/')
    if (options.skip.has(name)) {
      if (!selfClosed) {
        const close = source.indexOf(`</${name}>`, at)
        if (close < 0) return truncated(stack)
        at = close + name.length + 3
      }
      continue
    }
    const element: Element = { name, id: idOf.exec(rest)?.[1], text: '', children: [] }
    top?.children.push(element)
    if (selfClosed) {
      if (!top) return { ok: true, root: element, end: at }
      continue
    }
    if (options.plain.has(name) && top) {
      const close = source.indexOf(`</${name}>`, at)
      if (close < 0) return truncated(stack)
      element.text = decode(source.slice(at, close).trim())
      at = close + name.length + 3
      continue
    }
    if (stack.length >= maxDepth) return broken(`elements nest deeper than ${maxDepth}`)
    stack.push(element)
  }
}

/** The end of a comment, declaration or processing instruction at `open`; -1 when it has none; undefined when it is none. */
const skipAside = (source: string, open: number): number | undefined => {
  const end = source.startsWith('<!--', open)
    ? '-->'
    : source.startsWith('<?', open)
      ? '?>'
      : source.startsWith('<!', open)
        ? '>'
        : undefined
  if (end === undefined) return undefined
  const close = source.indexOf(end, open)
  return close < 0 ? -1 : close + end.length
}

const append = (element: Element, raw: string): void => {
  const text = raw.trim()
  if (text !== '') element.text = element.text === '' ? decode(text) : `${element.text} ${decode(text)}`
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const decode = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (whole, decimal, hex, name) => {
        if (name !== undefined) return named[String(name).toLowerCase()] ?? whole
        const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole
      })
    : text

const truncated = (stack: readonly Element[]): XmlRead => ({
  ok: false,
  truncated: true,
  message: `the XML ends inside ${stack.at(-1) ? `<${stack.at(-1)?.name}>` : 'its first element'}`,
})

const broken = (message: string): XmlRead => ({ ok: false, truncated: false, message })

/** The first child of that name. */
export const child = (parent: Element | undefined, name: string): Element | undefined =>
  parent?.children.find((element) => element.name === name)

/** The element at a path of names below `parent`. */
export const at = (parent: Element | undefined, ...path: readonly string[]): Element | undefined =>
  path.reduce<Element | undefined>(child, parent)

/** The text at a path; undefined when there is no such element or no text in it. */
export const textAt = (parent: Element | undefined, ...path: readonly string[]): string | undefined => {
  const text = at(parent, ...path)?.text
  return text === '' ? undefined : text
}
