import { connect } from 'node:net'
import { readAnswer } from './http-answer.ts'

export interface ScrapeTarget {
  /** `address:port` */
  readonly endpoint: string
  readonly path: string
  /** Empty: none is sent. */
  readonly apiKey: string
}

const timeoutMs = 1_500
/** vLLM shows about 100 KiB. */
const mostBytes = 4 * 1024 * 1024

const printable = /^[\x21-\x7e]+$/

const requestText = ({ endpoint, path, apiKey }: ScrapeTarget): string => {
  const key = apiKey === '' ? '' : `Authorization: Bearer ${apiKey}\r\n`
  return `GET ${path} HTTP/1.1\r\nHost: ${endpoint}\r\nAccept: text/plain\r\n${key}Connection: close\r\n\r\n`
}

/**
 * The text of an engine's metrics. Rejects with what kept it from coming.
 *
 * One connection a time, by hand: engines close an idle connection after five seconds, which is when they are asked again, and a
 * request of node:http costs twice the CPU of all else that is done with an engine's metrics.
 */
export const scrape = (target: ScrapeTarget, signal: AbortSignal): Promise<string> => {
  if (!printable.test(target.endpoint + target.path + target.apiKey))
    return Promise.reject(new Error('the path or the key of the engine holds characters that no HTTP request can carry'))
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const colon = target.endpoint.lastIndexOf(':')
  const host = target.endpoint.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  const socket = connect({ host, port: Number(target.endpoint.slice(colon + 1)), noDelay: true })
  let received = ''
  const finish = (ended: boolean) => {
    const answer = readAnswer(received, ended)
    if (answer.kind === 'incomplete') {
      if (ended) fail(new Error('the connection ended in the middle of the answer'))
      return
    }
    if (answer.kind === 'unreadable') return fail(new Error('the answer is not HTTP'))
    if (answer.status !== 200) return fail(new Error(`HTTP ${answer.status} for ${target.path}`))
    socket.destroy()
    resolve(answer.body)
  }
  const fail = (error: Error) => {
    socket.destroy()
    reject(error)
  }
  const onAbort = () => fail(new Error('given up'))
  signal.addEventListener('abort', onAbort, { once: true })
  const deadline = setTimeout(() => fail(new Error(`no metrics within ${timeoutMs} ms`)), timeoutMs)
  socket.setEncoding('latin1')
  socket.on('data', (piece: string) => {
    received += piece
    if (received.length > mostBytes) fail(new Error(`more than ${mostBytes} bytes of metrics`))
    else finish(false)
  })
  socket.on('end', () => finish(true))
  socket.on('error', fail)
  socket.on('close', () => {
    clearTimeout(deadline)
    signal.removeEventListener('abort', onAbort)
  })
  if (signal.aborted) onAbort()
  else socket.write(requestText(target), 'latin1')
  return promise
}
