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

/** What a header's name means here. */
export interface HeaderName {
  readonly lower: string
  /** Passed on to replicas. */
  readonly up: boolean
  /** Passed on to clients. */
  readonly down: boolean
}

/** Names come in few spellings, so each is looked at once. Bounded, because clients and engines may make up as many as they like. */
const known = new Map<string, HeaderName>()
const maxKnown = 1_000
const maxKnownLength = 64

const learn = (name: string): HeaderName => {
  const lower = name.toLowerCase()
  // Some servers take 'Content_Length' for 'Content-Length', as CGI did.
  const plain = lower.replaceAll('_', '-')
  const meaning = { lower, up: !notForwarded.has(plain), down: !hopByHop.has(plain) }
  if (known.size < maxKnown && name.length <= maxKnownLength) known.set(name, meaning)
  return meaning
}

export const headerName = (name: string): HeaderName => known.get(name) ?? learn(name)
