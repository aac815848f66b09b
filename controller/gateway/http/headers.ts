import { randomUUID } from 'node:crypto'
import { headerName } from './header-names.ts'

/** The headers that a Connection header nominates to be of this connection alone. */
const nominated = (connection: string): readonly string[] =>
  /^\s*(?:keep-alive|close)?\s*$/i.test(connection) ? [] : connection.split(',').map((name) => name.trim().toLowerCase())

/** Drops what the Connection headers of `raw` nominate. */
const withoutNominated = (headers: string[], connections: readonly string[]): string[] => {
  const dropped = connections.flatMap(nominated)
  if (dropped.length === 0) return headers
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (!dropped.includes(name.toLowerCase())) kept.push(name, headers[i + 1] ?? '')
  }
  return kept
}

const none: readonly string[] = []

/** What the replica gets: the client's headers, with its own key in place of the client's. */
export const upstreamHeaders = (raw: readonly string[], requestId: string, apiKey: string): string[] => {
  let headers: string[] = []
  let connections = none
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? ''
    const { lower, up } = headerName(name)
    if (up) headers.push(name, raw[i + 1] ?? '')
    else if (lower === 'connection') connections = [...connections, raw[i + 1] ?? '']
  }
  if (connections.length > 0) headers = withoutNominated(headers, connections)
  headers.push('x-request-id', requestId)
  if (apiKey !== '') headers.push('authorization', `Bearer ${apiKey}`)
  return headers
}

export interface ClientHeaders {
  readonly headers: string[]
  /** Of the body; NaN when the replica does not say. */
  readonly contentLength: number
}

/** What the client gets: the replica's headers, which replica it was and, unless the replica gave one, the request id. */
export const clientHeaders = (raw: readonly Buffer[], requestId: string, replicaId: string): ClientHeaders => {
  let headers: string[] = []
  let connections = none
  let contentLength = Number.NaN
  let named = false
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]?.toString('latin1') ?? ''
    const value = raw[i + 1]?.toString('latin1') ?? ''
    const { lower, down } = headerName(name)
    if (down) headers.push(name, value)
    if (lower === 'content-length') contentLength = Number(value)
    else if (lower === 'x-request-id') named = true
    else if (lower === 'connection') connections = [...connections, value]
  }
  if (connections.length > 0) headers = withoutNominated(headers, connections)
  if (!named) headers.push('x-request-id', requestId)
  headers.push('x-hostler-replica', replicaId)
  return { headers, contentLength }
}

/** The client's request id if it is one that is safe to log and pass on, else a new one. */
export const requestIdFrom = (header: string | undefined): string =>
  header !== undefined && /^[\w.:/+=-]{1,128}$/.test(header) ? header : randomUUID()
