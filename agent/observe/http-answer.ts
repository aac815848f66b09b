/** An answer as far as it came. Text is Latin-1: a character a byte. */
export type Answer =
  /** keeps: the connection may be used for another request. */
  | { readonly kind: 'whole'; readonly status: number; readonly body: string; readonly keeps: boolean }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'unreadable' }

const incomplete: Answer = { kind: 'incomplete' }
const unreadable: Answer = { kind: 'unreadable' }

/**
 * Reads one HTTP/1 answer: with a length, in chunks, or until the connection ends. `ended`: nothing more will come. Never throws.
 * Pure.
 */
export const readAnswer = (text: string, ended: boolean): Answer => {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return text.length > 64 * 1024 || (text.length >= 5 && !text.startsWith('HTTP/')) ? unreadable : incomplete
  const head = text.slice(0, headEnd)
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? Number.NaN)
  if (Number.isNaN(status)) return unreadable
  const keeps = !ended && head.startsWith('HTTP/1.1') && !/\r\nconnection:[^\r]*close/i.test(head)
  const start = headEnd + 4
  if (/\r\ntransfer-encoding:[^\r]*chunked/i.test(head)) {
    // The end is looked for before all is put together anew at every piece.
    if (!ended && !text.endsWith('0\r\n\r\n')) return incomplete
    const body = unchunked(text, start)
    return body === undefined ? (ended ? unreadable : incomplete) : { kind: 'whole', status, body, keeps }
  }
  const length = /\r\ncontent-length: *(\d{1,12})/i.exec(head)?.[1]
  if (length === undefined) return ended ? { kind: 'whole', status, body: text.slice(start), keeps } : incomplete
  const end = start + Number(length)
  // What nobody asked for would be taken for the next answer.
  return text.length >= end ? { kind: 'whole', status, body: text.slice(start, end), keeps: keeps && text.length === end } : incomplete
}

/** Undefined while the last chunk is not there, or when a size cannot be read. */
const unchunked = (text: string, from: number): string | undefined => {
  let body = ''
  for (let at = from; ; ) {
    const lineEnd = text.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(text.slice(at, lineEnd), 16)
    if (!(size >= 0)) return undefined
    // Trailers may stand between the last chunk and the empty line that ends the answer.
    if (size === 0) return text.indexOf('\r\n\r\n', lineEnd) >= 0 ? body : undefined
    const next = lineEnd + 2 + size
    if (next > text.length) return undefined
    body += text.slice(lineEnd + 2, next)
    at = next + 2
  }
}
