/**
 * Stands in for an engine that streams: answers every request with server-sent events, one each `x-chunk-interval-ms`, until the
 * client leaves. Streams take turns within the interval, as those of a real engine under mixed load do. Prints
 * `listening [PORT, PORT]`.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const event = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'bench-stream' }
const chunk = Buffer.from(
  `data: ${JSON.stringify({ ...event, choices: [{ index: 0, delta: { content: ' token' }, finish_reason: null }] })}\n\n`,
)

/** The streams of one interval, by the millisecond of it in which they are written. */
class Wheel {
  readonly #slots: Set<ServerResponse>[]
  #joined = 0
  #turned = performance.now()
  #at = 0

  constructor(intervalMs: number) {
    this.#slots = Array.from({ length: intervalMs }, () => new Set())
  }

  join(response: ServerResponse): void {
    // A stride without a common divisor spreads few streams over many slots.
    const slot = this.#slots[(this.#joined++ * 7) % this.#slots.length]
    slot?.add(response)
    response.on('close', () => slot?.delete(response))
  }

  turn(nowMs: number): void {
    for (; this.#turned < nowMs; this.#turned++) {
      for (const response of this.#slots[this.#at] ?? []) if (!response.writableNeedDrain) response.write(chunk)
      this.#at = (this.#at + 1) % this.#slots.length
    }
  }
}

const wheels = new Map<number, Wheel>()

const wheelOf = (intervalMs: number): Wheel => {
  const wheel = wheels.get(intervalMs) ?? new Wheel(intervalMs)
  wheels.set(intervalMs, wheel)
  return wheel
}

setInterval(() => {
  for (const wheel of wheels.values()) wheel.turn(performance.now())
}, 1)

const listen = async (): Promise<number> => {
  const server = createServer((request, response) => {
    request.resume()
    response.on('error', () => {})
    const intervalMs = Number(request.headers['x-chunk-interval-ms'] ?? 20)
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    response.write(chunk)
    wheelOf(intervalMs).join(response)
  })
  server.requestTimeout = 0
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve))
  return (server.address() as AddressInfo).port
}

console.log(`listening ${JSON.stringify([await listen(), await listen()])}`)
