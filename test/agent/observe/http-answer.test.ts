import test from 'ava'
import fc from 'fast-check'
import { readAnswer } from '../../../agent/observe/http-answer.ts'

const latin1 = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 200 })

const chunked = (pieces: readonly string[]): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n${pieces
    .filter((piece) => piece !== '')
    .map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`)
    .join('')}0\r\n\r\n`

test('a body is read whole however it is framed', (t) => {
  fc.assert(
    fc.property(fc.array(latin1), (pieces) => {
      const body = pieces.join('')
      const whole = { kind: 'whole' as const, status: 200, body, keeps: true }
      t.deepEqual(readAnswer(chunked(pieces), false), whole)
      t.deepEqual(readAnswer(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`, false), whole)
      t.deepEqual(readAnswer(`HTTP/1.0 200 OK\r\n\r\n${body}`, true), { ...whole, keeps: false })
    }),
  )
})

test('an answer that stops anywhere is not whole, and no text is too strange', (t) => {
  fc.assert(
    fc.property(fc.array(latin1, { minLength: 1 }), fc.nat(), fc.boolean(), (pieces, cut, ended) => {
      const text = chunked(pieces)
      const stopped = text.slice(0, cut % (text.length - 1))
      return readAnswer(stopped, ended).kind !== 'whole'
    }),
  )
  fc.assert(fc.property(fc.string(), fc.boolean(), (text, ended) => typeof readAnswer(text, ended).kind === 'string'))
  t.is(readAnswer('SSH-2.0-OpenSSH_9.2\r\n', false).kind, 'unreadable')
  t.deepEqual(readAnswer('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n', false), {
    ...{ kind: 'whole', status: 401, body: '', keeps: true },
  })
})

test('a connection is kept only where the engine does not close it and sent nothing that was not asked for', (t) => {
  const keeps = (head: string, more = '') => {
    const answer = readAnswer(`${head}\r\ncontent-length: 2\r\n\r\nok${more}`, false)
    return answer.kind === 'whole' && answer.keeps
  }
  t.true(keeps('HTTP/1.1 200 OK'))
  t.true(keeps('HTTP/1.1 200 OK\r\nConnection: Keep-Alive\r\nKeep-Alive: timeout=5, max=100'))
  t.false(keeps('HTTP/1.1 200 OK\r\nconnection: close'))
  t.false(keeps('HTTP/1.0 200 OK'))
  t.false(keeps('HTTP/1.1 200 OK', 'HTTP/1.1 500 No'))
})
