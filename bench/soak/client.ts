import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { secret } from '../../test/controller/gateway/parts.ts'
import type { Random } from '../scale/random.ts'
import { wholeMark } from './engine.ts'

/** Every way in which a request may end, as its client sees it. */
export const endings = ['answered', 'left', 'refused', 'failed', 'cut', 'hung', 'unexplained'] as const
export type Ending = (typeof endings)[number]

export interface Ended {
  readonly id: string
  readonly ending: Ending
  readonly status: number
  readonly replica: string
  readonly sentMs: number
  readonly endMs: number
  readonly text: string
}

export interface Plan {
  readonly streams: boolean
  /** When the client leaves; undefined: it waits for the end. */
  readonly leaveAfterMs: number | undefined
}

export const planOf = (random: Random): Plan => ({
  streams: random.next() < 0.6,
  // From before the request is out to behind most answers.
  leaveAfterMs: random.next() < 0.2 ? random.next() ** 2 * 600 : undefined,
})

const hungMs = 60_000
const shaped = /^\{"error":\{"message":".+","type":"\w+","param":.+,"code":"\w+"\}\}$/s

/** How an answer of the gateway itself, or of an engine, is to be taken. */
const endingOf = (status: number, text: string, complete: boolean): Ending => {
  if (status === 200) return complete && text.endsWith(wholeMark) ? 'answered' : 'cut'
  if (!complete || !shaped.test(text)) return 'unexplained'
  if (status === 429 || status === 503) return 'refused'
  return status === 502 || status === 504 ? 'failed' : 'unexplained'
}

export class SoakClient implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 200, timeout: 0 })
  readonly #port: number

  constructor(port: number) {
    this.#port = port
  }

  /** Sends one request and tells how it ended. Never rejects. */
  ask(id: string, { streams, leaveAfterMs }: Plan): Promise<Ended> {
    const sentMs = performance.now()
    const { promise, resolve } = Promise.withResolvers<Ended>()
    let answer: IncomingMessage | undefined
    let text = ''
    let left = false
    let hung = false
    const end = (ending: Ending, why = text) => {
      clearTimeout(leaving)
      clearTimeout(hanging)
      const replica = String(answer?.headers['x-hostler-replica'] ?? '')
      const seen = left ? 'left' : hung ? 'hung' : ending
      resolve({ id, ending: seen, status: answer?.statusCode ?? 0, replica, sentMs, endMs: performance.now(), text: why.slice(0, 300) })
    }
    const sent: ClientRequest = request({
      host: '127.0.0.1',
      port: this.#port,
      agent: this.#agent,
      path: '/v1/chat/completions',
      method: 'POST',
      headers: {
        authorization: `Bearer ${secret}`,
        'content-type': 'application/json',
        'x-request-id': id,
        'x-stream': streams ? 'yes' : 'no',
      },
    })
    sent.on('response', (response) => {
      answer = response
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      response.on('error', () => {})
      response.on('close', () => end(endingOf(response.statusCode ?? 0, text, response.complete)))
    })
    sent.on('error', (error) => answer === undefined && end('unexplained', String(error)))
    sent.end(`{"model":"m","padding":"${'p'.repeat(500)}"}`)
    const leave = () => {
      left = true
      sent.destroy()
    }
    const giveUp = () => {
      hung = true
      sent.destroy()
    }
    const leaving = leaveAfterMs === undefined ? undefined : setTimeout(leave, leaveAfterMs)
    const hanging = setTimeout(giveUp, hungMs)
    return promise
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }
}
