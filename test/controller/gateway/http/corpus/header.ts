import { auth, body, type Case, counted, forwarded, forwardedLast, head, host, plain, refused } from './case.ts'

const many = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `X-${index}: a`)

/** Headers that speak of no body: their form, their number, and those that speak of one connection alone. */
export const headerCases: readonly Case[] = [
  refused('a folded header', plain(['X-A: b\r\n c'])),
  refused('a header folded by a tab', plain(['X-A: b\r\n\tc'])),
  refused('a folded first header', head([' X-A: b', host, auth, counted]) + body),
  refused('a null byte in a value', plain(['X-A: b\0c'])),
  refused('a null byte in a name', plain(['X\0A: b'])),
  refused('a bell in a value', plain(['X-A: b\u0007'])),
  refused('a delete in a value', plain(['X-A: b\u007f'])),
  refused('a space in a name', plain(['X A: b'])),
  refused('a space before the colon', plain(['X-A : b'])),
  refused('a name in parentheses', plain(['X(A): b'])),
  refused('a byte above ASCII in a name', plain(['X-\u00e9: b'])),
  refused('a line without a colon', plain(['nonsense'])),
  refused('an empty name', plain([': b'])),
  refused('a value with a bare carriage return', plain(['X-A: b\rc'])),
  refused('a value with a bare line feed', plain(['X-A: b\nc'])),
  refused('a header of 100 KB', plain([`X-A: ${'x'.repeat(100_000)}`]), 431),
  refused('a name of 100 KB', plain([`${'x'.repeat(100_000)}: a`]), 431),
  refused('headers of 100 KB together', plain(many(10_000)), 431),
  refused('101 headers', plain(many(98)), 431),
  refused('so many headers that Node keeps only some', plain([...many(2_500).map((line) => line.slice(2)), 'Host: b']), 431),
  refused('an expectation that nobody knows', plain(['Expect: 200-ok'])),
  refused('two expectations', plain(['Expect: 100-continue, 200-ok'])),
  forwarded('100 headers', plain(many(97)), { body }),
  forwarded('a header without a value', plain(['X-Empty:']), { body, has: { 'x-empty': '' } }),
  forwarded('bytes above ASCII in a value', plain(['X-A: caf\u00c3\u00a9']), { body, has: { 'x-a': 'caf\u00c3\u00a9' } }),
  forwarded('a name with an underscore', plain(['x_a: b']), { body, has: { x_a: 'b' } }),
  forwarded('our own headers with underscores', plain(['X_Request_Id: a', 'X_Api_Key: b', 'Proxy_Authorization: c']), { body }),
  forwarded('headers that Connection names', plain(['Connection: keep-alive, X-Hop', 'X-Hop: secret', 'X-Stays: b']), {
    body,
    has: { 'x-stays': 'b' },
  }),
  forwarded('headers that two Connections name', plain(['Connection: X-Hop', 'X-Hop: a', 'connection: ,, x-other ', 'X-Other: b']), {
    body,
  }),
  forwarded('a Connection that names what is ours', plain(['Connection: Host, Content-Length, Authorization, X-Request-Id']), { body }),
  forwarded('headers of one connection', plain(['Keep-Alive: timeout=5', 'TE: trailers', 'Proxy-Authorization: x']), { body }),
  forwardedLast('a connection that is to end', plain(['Connection: close'])),
  forwardedLast('a connection that is to end, as old proxies said it', plain(['Proxy-Connection: close'])),
  forwardedLast(
    'an upgrade to h2c, which is not taken',
    plain(['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk']),
  ),
  forwardedLast(
    'an upgrade to WebSocket, which is not taken',
    plain(['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==']),
  ),
  forwardedLast('an upgrade that Connection does not name', plain(['Upgrade: h2c'])),
  forwardedLast('a request, then what is none', `${plain([])}nonsense\r\n\r\n`),
  forwarded('Expect: 100-continue', plain(['Expect: 100-continue']), { body }),
  forwarded('Expect: 100-Continue in other letters', plain(['expect: 100-CONTINUE']), { body }),
  forwarded('two requests at once', plain([]) + plain([]), { body }, { body }),
  forwarded('sixteen requests at once', plain([]).repeat(16), ...Array.from({ length: 16 }, () => ({ body }))),
]
