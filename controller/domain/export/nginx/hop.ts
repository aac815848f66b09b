/**
 * The way from NGINX to one replica: a server block of the same NGINX behind a unix socket. NGINX chooses a server only after it has made the
 * request, so it cannot give each replica its own API key in one step. A connection to the socket is one request in flight, which the
 * kernel lists (/proc/net/unix); once the socket is closed in every worker, nothing new can come. Pure.
 */
import { HostlerError } from '../../../../shared/errors/hostler-error.ts'
import { answer, block, keepAlive, type NginxTimeouts, streaming } from './render.ts'

export interface NginxHop {
  /** Unique in the file; letters and digits. */
  readonly name: string
  /** Absolute path of the socket. */
  readonly socket: string
  readonly replicaId: string
  /** `host:port` */
  readonly address: string
  readonly apiKey: string
}

/** Words that stand in the file as they are; what could end a string there is refused. */
const plain = (what: string, word: string): string => {
  if (/^[\w.:~+/=@[\]-]*$/.test(word)) return word
  throw new HostlerError('ARGUMENT_INVALID', `${what} has characters that cannot stand in a file of NGINX`)
}

/** Its failures before the first byte are 502, so that the request goes to another replica; one that may be at work past its time is 504, and does not. */
export const hopLines = ({ name, socket, replicaId, address, apiKey }: NginxHop, timeouts: NginxTimeouts): readonly string[] => [
  ...block(`upstream hostler_replica_${name}`, [
    `server ${plain('the address of a replica', address)};`,
    ...keepAlive(timeouts.upstreamKeepAliveMs),
  ]),
  ...block('server', [
    `listen unix:${plain('the data directory', socket)} backlog=4096;`,
    '# One request on each connection.',
    'keepalive_timeout 0;',
    ...streaming(0, timeouts),
    `proxy_set_header Host ${address};`,
    `proxy_set_header Authorization "${apiKey === '' ? '' : `Bearer ${plain('the key of a replica', apiKey)}`}";`,
    'proxy_set_header X-Api-Key "";',
    `add_header X-Hostler-Replica ${plain('the name of a replica', replicaId)} always;`,
    '# A connection that was kept and turned out to be closed is made anew.',
    'proxy_next_upstream error non_idempotent;',
    'error_page 502 @hostler_failed;',
    'error_page 504 @hostler_late;',
    ...block('location /', [`proxy_pass http://hostler_replica_${name};`]),
    ...block('location @hostler_failed', answer(502, 'No replica took the request.', 'server_error', 'upstream_failed')),
    ...block('location @hostler_late', answer(504, 'The replica did not answer in time.', 'server_error', 'upstream_timeout')),
  ]),
]
