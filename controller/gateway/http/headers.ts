import { randomUUID } from 'node:crypto'

/** Headers that speak of one connection alone (RFC 9110, 7.6.1), with those that each side of a proxy makes for itself. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])

/** The client's credentials stay here, the rest is made anew for the replica. */
const notForwarded = new Set([...hopByHop, 'authorization', 'x-api-key', 'host', 'content-length', 'expect', 'x-request-id'])

const nominated = (connection: string | undefined): readonly string[] =>
  connection === undefined || /^\s*(?:keep-alive|close)?\s*$/i.test(connection)
    ? []
    : connection.split(',').map((name) => name.trim().toLowerCase())

const connectionOf = (raw: readonly string[]): string | undefined => {
  const values: string[] = []
  for (let i = 0; i < raw.length; i += 2) if (raw[i]?.toLowerCase() === 'connection') values.push(raw[i + 1] ?? '')
  return values.length === 0 ? undefined : values.join(',')
}

const without = (raw: readonly string[], dropped: ReadonlySet<string>): string[] => {
  const alsoDropped = nominated(connectionOf(raw))
  const kept: string[] = []
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? ''
    const lower = name.toLowerCase()
    // Some servers take 'Content_Length' for 'Content-Length', as CGI did.
    if (!dropped.has(lower.replaceAll('_', '-')) && !alsoDropped.includes(lower)) kept.push(name, raw[i + 1] ?? '')
  }
  return kept
}

/** What the replica gets: the client's headers, with its own key in place of the client's. */
export const upstreamHeaders = (raw: readonly string[], requestId: string, apiKey: string): string[] => {
  const headers = without(raw, notForwarded)
  headers.push('x-request-id', requestId)
  if (apiKey !== '') headers.push('authorization', `Bearer ${apiKey}`)
  return headers
}

/** What the client gets: the replica's headers, which replica it was and, unless the replica gave one, the request id. */
export const clientHeaders = (raw: readonly string[], requestId: string, replicaId: string): string[] => {
  const headers = without(raw, hopByHop)
  let named = false
  for (let i = 0; i < headers.length; i += 2) named ||= headers[i]?.toLowerCase() === 'x-request-id'
  if (!named) headers.push('x-request-id', requestId)
  headers.push('x-hostler-replica', replicaId)
  return headers
}

/** The client's request id if it is one that is safe to log and pass on, else a new one. */
export const requestIdFrom = (header: string | string[] | undefined): string =>
  typeof header === 'string' && /^[\w.:/+=-]{1,128}$/.test(header) ? header : randomUUID()
