import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RequestHead } from './request-head.ts'

/** What Node's parser says of a request besides its headers. */
export interface RequestLine {
  readonly httpVersion: string
  readonly method: string
  readonly url: string
}

const hostForm = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i
const targetForm = /^\/[\x21-\x22\x24-\x5b\x5d-\x7e]*$/

/** What engines are asked with. TRACE is not among them: its answer would show the replica's key. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

const ambiguityOf = ({ httpVersion, url }: RequestLine, head: RequestHead): string | undefined => {
  const { host, transferEncoding, contentLength } = head
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return `it says HTTP/${httpVersion}, and this server speaks 1.1`
  if (head.hosts > 1) return 'it has more than one Host header'
  if (host === undefined ? httpVersion !== '1.0' : !hostForm.test(host)) return 'its Host header is missing or not a host'
  if (transferEncoding !== undefined && contentLength !== undefined) return 'it has both Transfer-Encoding and Content-Length'
  if (transferEncoding !== undefined && httpVersion !== '1.1') return `HTTP/${httpVersion} knows no Transfer-Encoding`
  if (head.transferEncodings > 1 || (transferEncoding !== undefined && transferEncoding.toLowerCase() !== 'chunked'))
    return 'its Transfer-Encoding is not exactly chunked'
  if (head.contentLengths > 1 || (contentLength !== undefined && !/^\d{1,15}$/.test(contentLength)))
    return 'its Content-Length is not one number'
  if (!targetForm.test(url)) return 'its target is not a path (absolute URLs are for proxies)'
  if (head.expectsOther) return 'it expects something other than 100-continue'
  return undefined
}

/**
 * What another HTTP server could read differently than Node's lenient parser is not passed on: undefined when the head is unambiguous.
 * ARGUMENT_INVALID, METHOD_UNKNOWN or HEADERS_TOO_MANY; the connection is to be closed behind it.
 */
export const refuse = (line: RequestLine, head: RequestHead, maxHeaders: number): HostlerError | undefined => {
  const { count } = head
  if (count > maxHeaders)
    return new HostlerError(
      'HEADERS_TOO_MANY',
      `The request has ${count} headers, and at most ${maxHeaders} are taken (gateway.maxHeaders).`,
    )
  if (!methods.has(line.method))
    return new HostlerError('METHOD_UNKNOWN', `The method ${line.method} is not served here. Known are ${[...methods].join(', ')}.`)
  const reason = ambiguityOf(line, head)
  return reason === undefined ? undefined : new HostlerError('ARGUMENT_INVALID', `The request is refused: ${reason}.`)
}
