/** The whole configuration of an NGINX that carries the traffic of a membership. Pure: the same membership always gives the same file. */
import type { Endpoint, Route, Snapshot } from '../../../../shared/fleet/membership.ts'
import { hopLines, type NginxHop } from './hop.ts'
import { answer, asText, block, httpLines, type NginxTimeouts, type NginxUpstream, nginxTime } from './render.ts'

export interface WholeOptions {
  /** What `listen` takes. */
  readonly listen: string
  /** Files that it reads itself; the hash makes their change a change of the file. */
  readonly tls: { readonly cert: string; readonly key: string; readonly sha256Hex: string } | undefined
  /** Where its own files go: pid, temporary bodies. */
  readonly directory: string
  /** Path of the socket of a replica's hop. */
  readonly socketOf: (replicaId: string) => string
  /** Letters and digits, unique among replicas. */
  readonly nameOf: (replicaId: string) => string
  /** 0: one for each processor. */
  readonly workers: number
  /** Most open files of a worker, and as many connections: clients', and two for each request. */
  readonly openFiles: number
  /** The user whom workers run as; undefined: whoever starts NGINX. */
  readonly user: string | undefined
  readonly maxBodyBytes: number
  readonly maxHeaderBytes: number
  readonly maxAttempts: number
  readonly timeouts: NginxTimeouts & { readonly requestHeadMs: number; readonly clientKeepAliveMs: number; readonly totalMs: number }
  /** A file; empty: no access log. */
  readonly accessLog: string
}

const addressOf = ({ origin }: Endpoint): string => new URL(origin).host

/** Endpoints that new requests go to. */
export const routed = (route: Route): readonly Endpoint[] => route.endpoints.filter(({ draining }) => !draining)

const logFormat =
  'log_format hostler escape=json \'{"time":"$time_iso8601","requestId":"$request_id","method":"$request_method","path":"$uri","status":$status,"replica":"$sent_http_x_hostler_replica","durationMs":"$request_time","bytesIn":$request_length,"bytesOut":$bytes_sent,"client":"$remote_addr"}\';'

const health = (ready: boolean): readonly string[] => [
  ...block('location = /healthz', ['default_type text/plain;', "return 200 'ok\\n';"]),
  ...block(
    'location = /readyz',
    ready
      ? ['default_type text/plain;', "return 200 'ready\\n';"]
      : answer(503, 'There is no membership yet.', 'server_error', 'no_replica'),
  ),
]

const secure = ({ tls }: WholeOptions): readonly string[] =>
  tls === undefined
    ? []
    : [`# ${tls.sha256Hex}`, `ssl_certificate ${tls.cert};`, `ssl_certificate_key ${tls.key};`, 'ssl_protocols TLSv1.2 TLSv1.3;']

/** @throws HostlerError ARGUMENT_INVALID when a word of the membership cannot stand in such a file */
export const renderWhole = ({ version, routes }: Snapshot, options: WholeOptions): string => {
  const { timeouts, accessLog, maxBodyBytes, maxAttempts, listen } = options
  const served = routes.filter(({ models }) => models.length > 0)
  // Those that drain keep their hop: for a tenth of a second after a reload the workers of before take requests too, and would find none of them.
  const hops = routes
    .flatMap(({ endpoints }) => endpoints)
    .map(
      (endpoint): NginxHop => ({
        name: options.nameOf(endpoint.replicaId),
        socket: options.socketOf(endpoint.replicaId),
        replicaId: endpoint.replicaId,
        address: addressOf(endpoint),
        apiKey: endpoint.apiKey,
      }),
    )
  const upstreams = served.map(
    (route): NginxUpstream => ({
      name: route.deployment,
      servers: routed(route).map(({ replicaId }) => `unix:${options.socketOf(replicaId)}`),
      maxConcurrent: route.endpoints[0]?.maxConcurrent ?? 0,
      rateLimit: route.rateLimit,
      path: '/v1/',
      hops: true,
    }),
  )
  // The hop's own limit is to be over first, since it knows what it waited for.
  const readMs = timeouts.readMs === 0 ? 0 : timeouts.readMs + timeouts.connectMs + 5_000
  const http = httpLines(upstreams, {
    listen,
    maxBodyBytes,
    maxAttempts,
    alwaysNamed: true,
    timeouts: { ...timeouts, readMs },
    serverLines: [...secure(options), '', ...health(version > 0)],
  })
  return asText([
    '# Written by: hostler gateway --engine nginx. Changes are lost with the next membership. Holds keys of replicas.',
    ...(options.user === undefined ? [] : [`user ${options.user};`]),
    `worker_processes ${options.workers === 0 ? 'auto' : options.workers};`,
    `worker_shutdown_timeout ${nginxTime(timeouts.totalMs)};`,
    `worker_rlimit_nofile ${options.openFiles};`,
    `pid ${options.directory}/nginx.pid;`,
    'error_log stderr warn;',
    ...block('events', [`worker_connections ${options.openFiles - 64};`]),
    ...block('http', [
      ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${options.directory}/temporary/${kind};`),
      'server_tokens off;',
      logFormat,
      `access_log ${accessLog === '' ? 'off' : `${accessLog} hostler`};`,
      `client_header_timeout ${nginxTime(timeouts.requestHeadMs)};`,
      `client_body_timeout ${nginxTime(timeouts.clientMs)};`,
      `keepalive_timeout ${nginxTime(timeouts.clientKeepAliveMs)};`,
      'keepalive_requests 1000000;',
      `large_client_header_buffers 4 ${options.maxHeaderBytes};`,
      ...hops.flatMap((hop) => ['', ...hopLines(hop, timeouts)]),
      ...http,
    ]),
  ])
}
