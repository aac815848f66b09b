/** A reader of HTTP/1.1 that knows one way to write a message and throws at any other. It judges what a gateway sends; it serves nobody. */

export interface StrictMessage {
  readonly first: string
  /** Names as they came. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

export interface Read {
  readonly messages: readonly StrictMessage[]
  /** Bytes behind the last whole message. */
  readonly rest: string
}

const headerForm = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\t\x20-\x7e\x80-\xff]*)$/

export const valuesOf = ({ headers }: StrictMessage, name: string): readonly string[] =>
  headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value)

const readHead = (text: string): Omit<StrictMessage, 'body'> => {
  if (/[^\r]\n|\r[^\n]/.test(text)) throw new Error(`a line ends in two ways: ${JSON.stringify(text)}`)
  const [first = '', ...lines] = text.split('\r\n')
  const headers = lines.map((line) => {
    const [, name, value] = headerForm.exec(line) ?? []
    if (name === undefined || value === undefined) throw new Error(`not a header: ${JSON.stringify(line)}`)
    return [name, value] as const
  })
  return { first, headers }
}

const lengthOf = (head: StrictMessage, firstForm: RegExp): number => {
  if (!firstForm.test(head.first)) throw new Error(`not a first line: ${JSON.stringify(head.first)}`)
  if (valuesOf(head, 'transfer-encoding').length > 0) throw new Error('a body with a coding')
  const [length = '0', ...others] = valuesOf(head, 'content-length')
  if (others.length > 0 || !/^(0|[1-9]\d{0,14})$/.test(length)) throw new Error(`not a length: ${[length, ...others].join()}`)
  return Number(length)
}

/** All messages in `text` (one character a byte). Throws at whatever two servers could read in two ways. */
const read = (text: string, firstForm: RegExp): Read => {
  const messages: StrictMessage[] = []
  for (let at = 0; ; ) {
    const headEnd = text.indexOf('\r\n\r\n', at)
    if (headEnd === -1) return { messages, rest: text.slice(at) }
    const head = { ...readHead(text.slice(at, headEnd)), body: '' }
    const bodyFrom = headEnd + 4
    const bodyTo = bodyFrom + lengthOf(head, firstForm)
    if (bodyTo > text.length) return { messages, rest: text.slice(at) }
    messages.push({ ...head, body: text.slice(bodyFrom, bodyTo) })
    at = bodyTo
  }
}

export const readRequests = (text: string): Read => read(text, /^[A-Z]+ \/[\x21-\x7e]* HTTP\/1\.1$/)

/** Answers whose length is told by Content-Length, as those of the gateway itself are. */
export const readAnswers = (text: string): Read => read(text, /^HTTP\/1\.1 \d{3} [\x20-\x7e]*$/)
