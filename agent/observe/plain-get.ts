import { connect } from 'node:net'
import { readAnswer } from './http-answer.ts'

export interface PlainGet {
  /** `address:port` */
  readonly endpoint: string
  readonly path: string
  /** Empty: none is sent. */
  readonly apiKey: string
  readonly timeoutMs: number
  readonly mostBytes: number
}

export interface PlainAnswer {
  readonly status: number
  /** Latin-1: a character a byte. */
  readonly body: string
}

const printable = /^[\x21-\x7e]+$/

const requestText = ({ endpoint, path, apiKey }: PlainGet): string => {
  const key = apiKey === '' ? '' : `Authorization: Bearer ${apiKey}\r\n`
  return `GET ${path} HTTP/1.1\r\nHost: ${endpoint}\r\nAccept: */*\r\n${key}Connection: close\r\n\r\n`
}

/**
 * One GET of an engine on a connection of its own. Rejects with what kept the answer from coming.
 *
 * By hand: engines are asked for their health and their figures every few seconds for as long as they run, close an idle connection in that
 * time, and a request of node:http costs several times the CPU of this one.
 */
export const plainGet = (ask: PlainGet, signal: AbortSignal): Promise<PlainAnswer> => {
  if (!printable.test(ask.endpoint + ask.path + ask.apiKey))
    return Promise.reject(new Error('the path or the key of the engine holds characters that no HTTP request can carry'))
  const { promise, resolve, reject } = Promise.withResolvers<PlainAnswer>()
  const colon = ask.endpoint.lastIndexOf(':')
  const host = ask.endpoint.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  const socket = connect({ host, port: Number(ask.endpoint.slice(colon + 1)), noDelay: true })
  let received = ''
  const finish = (ended: boolean) => {
    const answer = readAnswer(received, ended)
    if (answer.kind === 'incomplete') {
      if (ended) fail(new Error('the connection ended in the middle of the answer'))
      return
    }
    if (answer.kind === 'unreadable') return fail(new Error('the answer is not HTTP'))
    socket.destroy()
    resolve({ status: answer.status, body: answer.body })
  }
  const fail = (error: Error) => {
    socket.destroy()
    reject(error)
  }
  const onAbort = () => fail(new Error('given up'))
  signal.addEventListener('abort', onAbort, { once: true })
  const deadline = setTimeout(() => fail(new Error(`no answer within ${ask.timeoutMs} ms`)), ask.timeoutMs)
  socket.setEncoding('latin1')
  socket.on('data', (piece: string) => {
    received += piece
    if (received.length > ask.mostBytes) fail(new Error(`more than ${ask.mostBytes} bytes of answer`))
    else finish(false)
  })
  socket.on('end', () => finish(true))
  socket.on('error', fail)
  socket.on('close', () => {
    clearTimeout(deadline)
    signal.removeEventListener('abort', onAbort)
  })
  if (signal.aborted) onAbort()
  else socket.write(requestText(ask), 'latin1')
  return promise
}
