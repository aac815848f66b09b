import { request } from 'node:http'
import { messageOf } from '../../shared/errors/hostler-error.ts'
import { within } from '../../shared/lifecycle/deadline.ts'
import type { EngineConnections } from '../observe/engine-connections.ts'

export interface ProbeRequest {
  readonly method: 'GET' | 'POST'
  /** `http://address:port` */
  readonly origin: string
  readonly path: string
  /** Empty: none is sent. */
  readonly apiKey: string
  /** Empty: none is sent. */
  readonly bodyJson: string
  readonly timeoutMs: number
}

export interface ProbeAnswer {
  readonly status: number
  /** The beginning of the body. */
  readonly excerpt: string
}

/** Never rejects: what kept an answer from coming stands in `failure`. */
export type Probe = (ask: ProbeRequest, signal: AbortSignal) => Promise<ProbeAnswer | { readonly failure: string }>

const excerptBytes = 600

const headersOf = ({ apiKey, bodyJson }: ProbeRequest): Record<string, string> => ({
  ...(apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` }),
  ...(bodyJson === '' ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(bodyJson)) }),
})

/** Requests that are read to their end within the deadline: a plain GET on the connection that is kept to the engine. */
export const probeOver = (connections: EngineConnections): Probe => {
  const probeByGet = probeByGetOver(connections)
  return (ask, signal) => (ask.method === 'GET' && ask.bodyJson === '' ? probeByGet(ask, signal) : probeByRequest(ask, signal))
}

const mostAnswerBytes = 1024 * 1024

const probeByGetOver =
  (connections: EngineConnections): Probe =>
  async ({ origin, path, apiKey, timeoutMs }, signal) => {
    try {
      const get = { endpoint: origin.replace('http://', ''), path, apiKey, timeoutMs, mostBytes: mostAnswerBytes }
      const { status, body } = await connections.get(get, signal)
      // Of an engine that is well nobody reads what it says.
      return { status, excerpt: status === 200 ? '' : Buffer.from(body.slice(0, excerptBytes), 'latin1').toString().trim() }
    } catch (error) {
      return { failure: messageOf(error) }
    }
  }

const probeByRequest: Probe = async (ask, signal) => {
  const deadline = within(ask.timeoutMs, signal)
  const { promise, resolve, reject } = Promise.withResolvers<ProbeAnswer>()
  try {
    const options = { method: ask.method, agent: false as const, headers: headersOf(ask), signal: deadline }
    const outgoing = request(`${ask.origin}${ask.path}`, options, (response) => {
      const pieces: Buffer[] = []
      let kept = 0
      response.on('data', (piece: Buffer) => {
        if (kept < excerptBytes) pieces.push(piece)
        kept += piece.length
      })
      response.on('error', reject)
      response.on('end', () => {
        const excerpt = Buffer.concat(pieces).subarray(0, excerptBytes).toString().trim()
        resolve({ status: response.statusCode ?? 0, excerpt })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(ask.bodyJson === '' ? undefined : ask.bodyJson)
    return await promise
  } catch (error) {
    return { failure: deadline.aborted && !signal.aborted ? `no answer within ${ask.timeoutMs} ms` : messageOf(error) }
  }
}
