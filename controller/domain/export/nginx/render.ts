/** Upstreams as a file for the http block of NGINX. Pure: the same upstreams always give the same file. */

export interface NginxUpstream {
  /** A DNS label, unique in the file. */
  readonly name: string
  /** `host:port`, in the order to be written. */
  readonly servers: readonly string[]
  /** Requests in flight per server; 0: no cap. */
  readonly maxConcurrent: number
  readonly rateLimit?: { readonly requestsPerSecond: number; readonly burst: number } | undefined
  /** What clients ask for under it; '/' for all there is. */
  readonly path: '/v1/' | '/'
  /** Its servers are hops of this NGINX, which say by their status whether a request may go to another one. */
  readonly hops?: boolean
}

/** In milliseconds; 0: no limit. */
export interface NginxTimeouts {
  readonly connectMs: number
  /** Until the first byte of an answer, and between two pieces of it. */
  readonly readMs: number
  /** For a client to read on, and to send on. */
  readonly clientMs: number
  readonly upstreamKeepAliveMs: number
}

export interface NginxOptions {
  /** What `listen` takes. */
  readonly listen: string
  readonly maxBodyBytes: number
  readonly timeouts?: NginxTimeouts
  /** Most servers that one request is sent to. */
  readonly maxAttempts?: number
  /** One alone is at `/NAME/v1/…` too, so that its address stays when another one comes. */
  readonly alwaysNamed?: boolean
  /** Lines for the server block, before its locations. */
  readonly serverLines?: readonly string[]
}

const usualTimeouts: NginxTimeouts = { connectMs: 3_000, readMs: 600_000, clientMs: 120_000, upstreamKeepAliveMs: 4_000 }

/** What a file begins with that may be written again. */
export const nginxMark = '# Written by: hostler export nginx'

/** NGINX has no word for no limit; a month is none. */
export const nginxTime = (ms: number): string => (ms === 0 ? '30d' : ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`)

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => (line === '' ? '' : `  ${line}`))

export const block = (head: string, lines: readonly string[]): readonly string[] => [`${head} {`, ...indent(lines), '}']

/** NGINX takes whole numbers: requests a second where that is exact, else requests a minute, at least one. */
const rateOf = (requestsPerSecond: number): string =>
  Number.isInteger(requestsPerSecond) ? `${requestsPerSecond}r/s` : `${Math.max(1, Math.round(requestsPerSecond * 60))}r/m`

const zoneOf = ({ name, rateLimit }: NginxUpstream): readonly string[] =>
  rateLimit === undefined ? [] : [`limit_req_zone ${name} zone=hostler_limit_${name}:32k rate=${rateOf(rateLimit.requestsPerSecond)};`]

/** Connections that are kept, closed before the other side does. */
export const keepAlive = (upstreamKeepAliveMs: number): readonly string[] => [
  'keepalive 64;',
  '# Below the 5 s after which uvicorn closes an idle connection.',
  `keepalive_timeout ${nginxTime(upstreamKeepAliveMs)};`,
]

const upstreamOf = ({ name, servers, maxConcurrent, hops }: NginxUpstream, timeouts: NginxTimeouts): readonly string[] =>
  servers.length === 0
    ? []
    : block(`upstream hostler_${name}`, [
        '# Counted over all workers.',
        `zone hostler_${name} 256k;`,
        'least_conn;',
        ...servers.map(
          (server) => `server ${server}${maxConcurrent === 0 ? '' : ` max_conns=${maxConcurrent}`} max_fails=3 fail_timeout=5s;`,
        ),
        ...(hops ? [] : keepAlive(timeouts.upstreamKeepAliveMs)),
      ])

export const answer = (status: number, message: string, type: string, code: string): readonly string[] => [
  'default_type application/json;',
  `return ${status} '${JSON.stringify({ error: { message, type, param: null, code } })}';`,
]

/** What NGINX itself has to say, in OpenAI's shape; answers of engines are passed on as they are. */
const ownErrors: readonly string[] = [
  'error_page 413 @hostler_too_large;',
  'error_page 429 @hostler_limited;',
  'error_page 502 @hostler_failed;',
  'error_page 504 @hostler_late;',
  '',
  ...block('location @hostler_too_large', answer(413, 'The request body is over the limit.', 'invalid_request_error', 'body_too_large')),
  ...block('location @hostler_limited', [
    'add_header Retry-After 1 always;',
    ...answer(429, 'The rate limit is reached. Try again.', 'rate_limit_error', 'rate_limit_exceeded'),
  ]),
  ...block('location @hostler_failed', answer(502, 'No replica took the request.', 'server_error', 'upstream_failed')),
  ...block('location @hostler_late', answer(504, 'The replica did not answer in time.', 'server_error', 'upstream_timeout')),
]

const limitOf = ({ name, rateLimit }: NginxUpstream): readonly string[] => {
  if (rateLimit === undefined) return []
  const waiting = Math.floor(rateLimit.burst) - 1
  return [`limit_req zone=hostler_limit_${name}${waiting > 0 ? ` burst=${waiting} nodelay` : ''};`, 'limit_req_status 429;']
}

const locationOf = (upstream: NginxUpstream, prefix: string): readonly string[] => {
  const { name, servers, path, hops } = upstream
  if (servers.length === 0) return block(`location ${prefix}${path}`, answer(503, `${name} has no replica.`, 'server_error', 'no_replica'))
  return block(`location ${prefix}${path}`, [
    ...limitOf(upstream),
    ...(hops ? ['proxy_next_upstream error http_502 http_503 non_idempotent;'] : []),
    `proxy_pass http://hostler_${name}${prefix === '' ? '' : path};`,
  ])
}

/** What administers an engine is not for clients. */
const closed = (prefix: string): readonly string[] =>
  ['load_lora_adapter', 'unload_lora_adapter'].map((path) => `location ^~ ${prefix}/v1/${path} { return 404; }`)

/** Tokens go out as they come, and a client that leaves ends its request. */
export const streaming = (maxBodyBytes: number, { connectMs, readMs, clientMs }: NginxTimeouts): readonly string[] => [
  `client_max_body_size ${maxBodyBytes};`,
  `client_body_buffer_size ${Math.min(maxBodyBytes, 1024 * 1024)};`,
  'proxy_http_version 1.1;',
  'proxy_set_header Connection "";',
  'proxy_buffering off;',
  'proxy_cache off;',
  'gzip off;',
  'proxy_ignore_client_abort off;',
  `proxy_connect_timeout ${nginxTime(connectMs)};`,
  '# Until the first token, and between two.',
  `proxy_read_timeout ${nginxTime(readMs)};`,
  `proxy_send_timeout ${nginxTime(clientMs)};`,
  `send_timeout ${nginxTime(clientMs)};`,
]

/** Nothing is sent twice once an engine may have seen it. */
const choosing = (maxAttempts: number): readonly string[] => [
  'proxy_set_header Host $proxy_host;',
  'proxy_set_header X-Request-Id $request_id;',
  'proxy_next_upstream error timeout;',
  `proxy_next_upstream_tries ${maxAttempts};`,
]

/** The blocks for the http block: upstreams and a server. One upstream is at `/v1/…`; of several, which NGINX cannot tell apart by the model in a body, each is at `/NAME/v1/…`. */
export const httpLines = (upstreams: readonly NginxUpstream[], options: NginxOptions): readonly string[] => {
  const { timeouts = usualTimeouts, maxBodyBytes, maxAttempts = 3, alwaysNamed = false, serverLines = [] } = options
  const prefixesOf = ({ name }: NginxUpstream): readonly string[] => [
    ...(upstreams.length === 1 ? [''] : []),
    ...(upstreams.length !== 1 || alwaysNamed ? [`/${name}`] : []),
  ]
  const locations = upstreams.flatMap((upstream) =>
    prefixesOf(upstream).flatMap((prefix) => ['', ...(upstream.path === '/v1/' ? closed(prefix) : []), ...locationOf(upstream, prefix)]),
  )
  const nothingElse = upstreams.some(({ path }) => path === '/')
    ? []
    : ['', ...block('location /', answer(404, 'There is nothing here.', 'invalid_request_error', 'not_found'))]
  return [
    ...upstreams.flatMap((upstream) => ['', ...zoneOf(upstream), ...upstreamOf(upstream, timeouts)]),
    '',
    ...block('server', [
      `listen ${options.listen};`,
      ...streaming(maxBodyBytes, timeouts),
      ...choosing(maxAttempts),
      ...ownErrors,
      ...serverLines,
      ...locations,
      ...nothingElse,
    ]),
  ]
}

export const asText = (lines: readonly string[]): string => `${lines.join('\n').replaceAll(/\n{3,}/g, '\n\n')}\n`

export const renderNginx = (upstreams: readonly NginxUpstream[], options: NginxOptions): string =>
  asText([`${nginxMark}. For the http block, such as /etc/nginx/conf.d/hostler.conf.`, ...httpLines(upstreams, options)])
