import { Agent, type IncomingMessage, request } from 'node:http'
import { errnoOf, messageOf } from '../../../../shared/errors/hostler-error.ts'
import { within } from '../../../../shared/lifecycle/deadline.ts'

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

/** Kept alive: engines are asked every few seconds. */
const connections = new Agent({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1, scheduling: 'lifo' })

const readWhole = async (response: IncomingMessage): Promise<string> => {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.length
    if (length > mostBytes) throw new Error(`more than ${mostBytes} bytes of metrics`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('latin1')
}

/** The text of an engine's metrics. Rejects with what kept it from coming. */
export const scrape = async (target: ScrapeTarget, signal: AbortSignal): Promise<string> => {
  const deadline = within(timeoutMs, signal)
  try {
    return await ask(target, deadline)
  } catch (error) {
    if (deadline.aborted && !signal.aborted) throw new Error(`no metrics within ${timeoutMs} ms`, { cause: error })
    throw error
  }
}

const ask = async (target: ScrapeTarget, deadline: AbortSignal, again = true): Promise<string> => {
  const { endpoint, path, apiKey } = target
  const colon = endpoint.lastIndexOf(':')
  const outgoing = request({
    host: endpoint.slice(0, colon).replace(/^\[(.*)\]$/, '$1'),
    port: Number(endpoint.slice(colon + 1)),
    path,
    agent: connections,
    signal: deadline,
    headers: apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` },
  })
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  outgoing.on('response', resolve).on('error', reject).end()
  let response: IncomingMessage
  try {
    response = await promise
  } catch (error) {
    // The engine closed a connection that was just being used again.
    if (again && outgoing.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(errnoOf(error))) return ask(target, deadline, false)
    throw new Error(messageOf(error), { cause: error })
  }
  if (response.statusCode !== 200) {
    response.resume()
    throw new Error(`HTTP ${response.statusCode} for ${path}`)
  }
  return readWhole(response)
}
