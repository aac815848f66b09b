/** What engines were seen to answer, or could: bytes out of an engine, what its client must get. Data alone. */

export type Got =
  | { readonly kind: 'whole'; readonly status: number; readonly body: string }
  /** An error of the gateway itself, with its code. */
  | { readonly kind: 'error'; readonly status: number; readonly code: string }
  /** The answer began and ended badly. */
  | { readonly kind: 'cut'; readonly status: number }

export interface EngineAnswer {
  readonly name: string
  /** Written one after another when the request is there; one character a byte. */
  readonly pieces: readonly string[]
  /** What the engine does then. */
  readonly next: 'keeps' | 'ends' | 'resets'
  readonly got: Got
}

const whole = (body: string, status = 200): Got => ({ kind: 'whole', status, body })
const failed: Got = { kind: 'error', status: 502, code: 'upstream_failed' }
const late: Got = { kind: 'error', status: 504, code: 'upstream_timeout' }
const cut: Got = { kind: 'cut', status: 200 }

const answer = (name: string, bytes: string, next: EngineAnswer['next'], got: Got): EngineAnswer => ({ name, pieces: [bytes], next, got })

const ok = 'HTTP/1.1 200 OK\r\n'
const sized = `${ok}Content-Length: 2\r\n`
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`

export const engineAnswers: readonly EngineAnswer[] = [
  answer('nothing, and the end', '', 'ends', failed),
  answer('nothing, and a reset', '', 'resets', failed),
  answer('nothing at all', '', 'keeps', late),
  answer('the greeting of SSH', 'SSH-2.0-OpenSSH_9.2\r\n', 'ends', failed),
  answer('random bytes', '\x00\xff\x13\x37\r\n\r\n\x80', 'keeps', failed),
  answer('text without a head, as HTTP/0.9 had it', 'ok\r\n', 'ends', failed),
  answer('half of a status line', 'HTTP/1.1 20', 'ends', failed),
  answer('half of a status line, and no more', 'HTTP/1.1 20', 'keeps', late),
  answer('half of a head', `${ok}Content-Le`, 'ends', failed),
  answer('a status that is no number', 'HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\nok', 'keeps', failed),
  answer('a status of four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok', 'keeps', failed),
  answer('a head of 100 KB', `${ok}X-A: ${'a'.repeat(100_000)}\r\nContent-Length: 2\r\n\r\nok`, 'keeps', failed),
  answer('a null byte in a header', `${ok}X-A: a\0b\r\nContent-Length: 2\r\n\r\nok`, 'keeps', failed),
  answer('a header without a colon', `${ok}nonsense\r\nContent-Length: 2\r\n\r\nok`, 'keeps', failed),
  answer('two lengths', `${sized}Content-Length: 5\r\n\r\nokmore`, 'keeps', failed),
  answer('a negative length', `${ok}Content-Length: -1\r\n\r\nok`, 'keeps', failed),
  answer('a length that is no number', `${ok}Content-Length: two\r\n\r\nok`, 'keeps', failed),
  answer(
    'a protocol that nobody asked for',
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
    'keeps',
    failed,
  ),
  answer('early hints, then the real one', `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${sized}\r\nok`, 'keeps', whole('ok')),
  answer('a leave to go on that nobody asked for', `HTTP/1.1 100 Continue\r\n\r\n${sized}\r\nok`, 'keeps', failed),
  answer('interim answers, and the end', 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n', 'ends', failed),
  answer('a length and chunks', `${sized}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`, 'ends', failed),
  answer('chunks', `${chunked}2\r\nok\r\n0\r\n\r\n`, 'keeps', whole('ok')),
  answer('chunks with extensions and a trailer', `${chunked}2;a=b\r\nok\r\n0\r\nX-A: b\r\n\r\n`, 'keeps', whole('ok')),
  answer('a first chunk of no size', `${chunked}zz\r\nok\r\n0\r\n\r\n`, 'keeps', failed),
  { name: 'a second chunk of no size', pieces: [`${chunked}2\r\nok\r\n`, 'zz\r\n'], next: 'keeps', got: cut },
  answer('half a chunk, and the end', `${chunked}5\r\nok`, 'ends', cut),
  answer('half a chunk, and a reset', `${chunked}5\r\nok`, 'resets', cut),
  answer('half a chunk, and no more', `${chunked}5\r\nok`, 'keeps', cut),
  answer('all chunks but the last, and the end', `${chunked}2\r\nok\r\n`, 'ends', cut),
  answer('less than its length, and the end', `${ok}Content-Length: 9\r\n\r\nok`, 'ends', cut),
  answer('less than its length, and no more', `${ok}Content-Length: 9\r\n\r\nok`, 'keeps', cut),
  answer('more than its length', `${sized}\r\nok and more`, 'keeps', whole('ok')),
  answer('an answer behind its answer', `${sized}\r\nok${ok}Content-Length: 4\r\n\r\nevil`, 'keeps', whole('ok')),
  answer('a body that ends with the connection', `${ok}\r\nok`, 'ends', whole('ok')),
  answer('a body to 204', 'HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok', 'keeps', failed),
  answer('HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nok', 'ends', whole('ok')),
  answer('bytes above ASCII in its reason', 'HTTP/1.1 200 caf\xe9\r\nContent-Length: 2\r\n\r\nok', 'keeps', whole('ok')),
  answer('an error, and a reset behind it', 'HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig', 'resets', whole('big', 413)),
]
