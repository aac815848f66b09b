import { HostlerError } from '../../../shared/errors/hostler-error.ts'

/** The head of a request, as Node's parser gives it. */
export interface RequestHead {
  readonly httpVersion: string
  readonly method: string
  readonly url: string
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[]
}

const valuesOf = (head: RequestHead, name: string): string[] => {
  const values: string[] = []
  for (let i = 0; i < head.rawHeaders.length; i += 2) {
    if (head.rawHeaders[i]?.toLowerCase() === name) values.push(head.rawHeaders[i + 1] ?? '')
  }
  return values
}

const hostForm = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i
const targetForm = /^\/[\x21-\x22\x24-\x5b\x5d-\x7e]*$/

/** What engines are asked with. TRACE is not among them: its answer would show the replica's key. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

const ambiguityOf = (head: RequestHead): string | undefined => {
  const hosts = valuesOf(head, 'host')
  const encodings = valuesOf(head, 'transfer-encoding')
  const lengths = valuesOf(head, 'content-length')
  if (head.httpVersion !== '1.1' && head.httpVersion !== '1.0') return `it says HTTP/${head.httpVersion}, and this server speaks 1.1`
  if (hosts.length > 1) return 'it has more than one Host header'
  if (hosts[0] === undefined ? head.httpVersion !== '1.0' : !hostForm.test(hosts[0])) return 'its Host header is missing or not a host'
  if (encodings.length > 0 && lengths.length > 0) return 'it has both Transfer-Encoding and Content-Length'
  if (encodings.length > 0 && head.httpVersion !== '1.1') return `HTTP/${head.httpVersion} knows no Transfer-Encoding`
  if (encodings.length > 1 || (encodings[0] !== undefined && encodings[0].toLowerCase() !== 'chunked'))
    return 'its Transfer-Encoding is not exactly chunked'
  if (lengths.length > 1 || (lengths[0] !== undefined && !/^\d{1,15}$/.test(lengths[0]))) return 'its Content-Length is not one number'
  if (!targetForm.test(head.url)) return 'its target is not a path (absolute URLs are for proxies)'
  if (valuesOf(head, 'expect').some((value) => value.toLowerCase() !== '100-continue'))
    return 'it expects something other than 100-continue'
  return undefined
}

/**
 * What another HTTP server could read differently than Node's lenient parser is not passed on: undefined when the head is unambiguous.
 * ARGUMENT_INVALID, METHOD_UNKNOWN or HEADERS_TOO_MANY; the connection is to be closed behind it.
 */
export const refuse = (head: RequestHead, maxHeaders: number): HostlerError | undefined => {
  const count = head.rawHeaders.length / 2
  if (count > maxHeaders)
    return new HostlerError(
      'HEADERS_TOO_MANY',
      `The request has ${count} headers, and at most ${maxHeaders} are taken (gateway.maxHeaders).`,
    )
  if (!methods.has(head.method))
    return new HostlerError('METHOD_UNKNOWN', `The method ${head.method} is not served here. Known are ${[...methods].join(', ')}.`)
  const reason = ambiguityOf(head)
  return reason === undefined ? undefined : new HostlerError('ARGUMENT_INVALID', `The request is refused: ${reason}.`)
}
