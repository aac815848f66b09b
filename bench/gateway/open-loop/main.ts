/**
 * An open-loop load generator: requests go out on a schedule, whether or not earlier ones were answered, and each one's latency counts from the
 * moment for which it was scheduled, so that a stall is felt by all that it holds up. Takes one JSON argument (Order), prints one JSON
 * object (Measured). It keeps one core busy, because timers are a millisecond coarse.
 */
import { connect, type Socket } from 'node:net'
import { quantile } from '../../measure/statistics.ts'
import type { Measured, Order } from './order.ts'

const { port, request, ratePerSecond, warmUpSeconds, seconds } = JSON.parse(process.argv[2] ?? '{}') as Order
const bytes = Buffer.from(request, 'latin1')
const lastWarmUpMs = warmUpSeconds * 1000
const endMs = lastWarmUpMs + seconds * 1000
const patienceMs = 10_000

const latenciesMs: number[] = []
const idle: Connection[] = []
let sent = 0
let pending = 0
let errors = 0
let connections = 0
let lateMs = 0

const fail = (): void => {
  errors++
  pending--
}

/** One request at a time; answers are known by their Content-Length. */
class Connection {
  readonly #socket: Socket
  #scheduledMs = 0
  #isBusy = false
  #head = ''
  #leftBytes = -1

  constructor() {
    connections++
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (data: Buffer) => this.#read(data))
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => {
      if (this.#isBusy) fail()
      else idle.splice(idle.indexOf(this), 1)
    })
  }

  send(scheduledMs: number): void {
    this.#scheduledMs = scheduledMs
    this.#isBusy = true
    this.#socket.write(bytes)
  }

  close(): void {
    this.#isBusy = false
    this.#socket.destroy()
  }

  #read(data: Buffer): void {
    if (this.#leftBytes < 0) {
      this.#head += data.toString('latin1')
      const end = this.#head.indexOf('\r\n\r\n')
      if (end === -1) return
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(this.#head)?.[1])
      if (!this.#head.startsWith('HTTP/1.1 200') || Number.isNaN(length)) {
        this.#socket.destroy()
        return
      }
      this.#leftBytes = length - (this.#head.length - end - 4)
      this.#head = ''
    } else this.#leftBytes -= data.length
    if (this.#leftBytes > 0) return
    this.#leftBytes = -1
    this.#isBusy = false
    pending--
    if (this.#scheduledMs >= lastWarmUpMs) latenciesMs.push(performance.now() - startedMs - this.#scheduledMs)
    idle.push(this)
  }
}

for (let at = 0; at < 64; at++) idle.push(new Connection())
const startedMs = performance.now()

/** Gaps as of independent clients: exponential, from a generator that starts the same each time. */
let state = 1
const gapMs = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return (-Math.log((state + 1) / 2 ** 32) * 1000) / ratePerSecond
}

let nextMs = gapMs()
const turn = (): void => {
  const nowMs = performance.now() - startedMs
  while (nextMs <= nowMs && nextMs < endMs) {
    if (nextMs >= lastWarmUpMs) lateMs = Math.max(lateMs, nowMs - nextMs)
    sent++
    pending++
    const connection = idle.pop() ?? new Connection()
    connection.send(nextMs)
    nextMs += gapMs()
  }
  if (nextMs < endMs || (pending > 0 && nowMs < endMs + patienceMs)) setImmediate(turn)
  else finish()
}

const finish = (): void => {
  const measured: Measured = {
    sent,
    failed: errors + pending,
    connections,
    p50Ms: quantile(latenciesMs, 0.5),
    p90Ms: quantile(latenciesMs, 0.9),
    p99Ms: quantile(latenciesMs, 0.99),
    latestMs: lateMs,
  }
  console.log(JSON.stringify(measured))
  process.exit(0)
}

turn()
