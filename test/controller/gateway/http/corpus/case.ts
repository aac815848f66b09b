/**
 * The corpus of requests that servers are known to read in different ways: bytes in, what must come of them. Data alone; the test beside it
 * runs every case against a gateway and an engine that keeps each byte that it got.
 */
import { secret } from '../../parts.ts'

/** What must come of a case. */
export type Expected =
  /** One answer with this status in OpenAI's shape, the end of the connection, not one byte for the engine. */
  | { readonly kind: 'refused'; readonly status: number }
  /** As refused, but for the request alone: its end is beyond doubt, and the connection goes on. */
  | { readonly kind: 'declined'; readonly status: number }
  /** The engine gets exactly these requests, in a form that can be read in one way only. */
  | { readonly kind: 'forwarded'; readonly requests: readonly Forwarded[] }

export interface Forwarded {
  readonly method?: string
  readonly target?: string
  readonly body?: string
  /** Headers that must arrive, by their lower-case names. */
  readonly has?: Readonly<Record<string, string>>
}

export interface Case {
  readonly name: string
  /** One character a byte. */
  readonly bytes: string
  readonly expected: Expected
  /** The connection ends with the answer: what follows is no request. */
  readonly last?: true
}

export const body = '{"model":"m"}'
export const path = '/v1/completions'
export const requestLine = `POST ${path} HTTP/1.1`
export const auth = `Authorization: Bearer ${secret}`
export const host = 'Host: a'
export const counted = `Content-Length: ${body.length}`
export const chunkedCoding = 'Transfer-Encoding: chunked'
export const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`

export const head = (lines: readonly string[], first = requestLine): string => `${[first, ...lines].join('\r\n')}\r\n\r\n`

/** A whole request with these lines beside what each request has. */
export const plain = (lines: readonly string[], first = requestLine): string => head([host, auth, ...lines, counted], first) + body

export const chunked = (framing: string, lines: readonly string[] = []): string => head([host, auth, chunkedCoding, ...lines]) + framing

export const refused = (name: string, bytes: string, status = 400): Case => ({ name, bytes, expected: { kind: 'refused', status } })

export const declined = (name: string, bytes: string, status: number): Case => ({ name, bytes, expected: { kind: 'declined', status } })

export const forwarded = (name: string, bytes: string, ...requests: readonly Forwarded[]): Case => ({
  name,
  bytes,
  expected: { kind: 'forwarded', requests: requests.length === 0 ? [{}] : requests },
})

/** Forwarded, and the last on its connection. */
export const forwardedLast = (name: string, bytes: string): Case => ({ ...forwarded(name, bytes, { body }), last: true })
