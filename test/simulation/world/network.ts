import type { Process } from './process.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'

/** A process that others can reach under the name of its machine. */
export interface Listener {
  readonly process: Process
  accept(service: string, client: string, connection: Connection): void
}

type Side = 'client' | 'server'

/** What one side is told of its connection. */
export interface End {
  received(message: unknown): void
  /** No more comes. `why` is empty when the other side ended it in good order. */
  ended(why: string): void
}

const usualLatencyMs = 1
/** The pause before what was lost is sent again. */
const resendMs = 300
/** gRPC pings an idle connection and gives it up after as long without an answer. */
const deadAfterMs = 15_000

/** An ordered stream in both directions, until it breaks. What is under way when it breaks is lost. */
export class Connection {
  readonly #network: Network
  readonly #names: Readonly<Record<Side, string>>
  readonly #queues: Record<Side, unknown[]> = { client: [], server: [] }
  readonly #stuckSinceMs: Record<Side, number | undefined> = { client: undefined, server: undefined }
  readonly #ends: Partial<Record<Side, End>> = {}
  readonly #processes: Partial<Record<Side, Process>> = {}
  readonly #closed: Record<Side, boolean> = { client: false, server: false }
  #established = false

  constructor(network: Network, client: string, server: string) {
    this.#network = network
    this.#names = { client, server }
  }

  attach(side: Side, process: Process, end: End): void {
    this.#ends[side] = end
    this.#processes[side] = process
    if (side === 'server') {
      this.#established = true
      for (const each of ['client', 'server'] as const) if (this.#queues[each].length > 0) this.#pumpSoon(each)
    }
  }

  /** The machines at its ends. */
  joins(name: string): boolean {
    return this.#names.client === name || this.#names.server === name
  }

  send(from: Side, message: unknown): void {
    if (this.#closed[from] || !this.#processes[from]?.alive) return
    this.#queues[from].push(message)
    if (this.#established && this.#queues[from].length === 1) this.#pumpSoon(from)
  }

  /** One side closes; the other hears of it when the network lets it. */
  close(from: Side, why: string): void {
    if (this.#closed[from]) return
    this.#closed[from] = true
    this.#queues[from] = []
    const to = from === 'client' ? 'server' : 'client'
    this.#tell(to, from, why, this.#network.nowMs)
  }

  /** Both sides find it broken, each when its next packet is answered. */
  reset(why: string): void {
    this.#queues.client = []
    this.#queues.server = []
    for (const side of ['client', 'server'] as const) this.#network.after(this.#network.latency(), () => this.#end(side, why))
  }

  /** The process of one side is gone; its machine says so to the other. */
  died(process: Process): void {
    for (const side of ['client', 'server'] as const) if (this.#processes[side] === process) this.close(side, 'the connection was reset')
  }

  /** One side's machine is gone and says nothing any more. */
  vanished(name: string): void {
    for (const side of ['client', 'server'] as const) {
      if (this.#names[side] !== name || this.#closed[side]) continue
      this.#closed[side] = true
      this.#queues[side] = []
      const other = side === 'client' ? 'server' : 'client'
      this.#network.after(deadAfterMs, () => this.#end(other, 'no answer to pings'))
    }
  }

  get over(): boolean {
    return this.#closed.client && this.#closed.server
  }

  #tell(to: Side, from: Side, why: string, sinceMs: number): void {
    this.#network.after(this.#network.latency(), () => {
      if (this.#closed[to]) return
      if (this.#network.open(this.#names[from], this.#names[to])) this.#end(to, why)
      else if (this.#network.nowMs - sinceMs > deadAfterMs) this.#end(to, 'no answer to pings')
      else this.#network.after(resendMs, () => this.#tell(to, from, why, sinceMs))
    })
  }

  #end(side: Side, why: string): void {
    if (this.#closed[side]) return
    this.#closed[side] = true
    this.#network.forget(this)
    if (this.#processes[side]?.alive) this.#ends[side]?.ended(why)
  }

  #pumpSoon(from: Side): void {
    this.#network.after(this.#network.latency(), () => this.#pump(from))
  }

  #pump(from: Side): void {
    const queue = this.#queues[from]
    const to = from === 'client' ? 'server' : 'client'
    if (queue.length === 0) return
    if (!this.#network.open(this.#names[from], this.#names[to])) {
      this.#stuckSinceMs[from] ??= this.#network.nowMs
      if (this.#network.nowMs - this.#stuckSinceMs[from] > deadAfterMs) this.#end(from, 'no answer to pings')
      else this.#network.after(resendMs, () => this.#pump(from))
      return
    }
    this.#stuckSinceMs[from] = undefined
    const message = queue.shift()
    if (queue.length > 0) this.#pumpSoon(from)
    if (!this.#closed[to] && this.#processes[to]?.alive) this.#ends[to]?.received(message)
  }
}

/** Who reaches whom, one way or both, and how fast. */
export class Network {
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #listeners = new Map<string, Listener>()
  readonly #blocked = new Map<string, number>()
  readonly #connections = new Set<Connection>()
  /** When a packet last met a block, or was slow. */
  troubledMs = Number.NEGATIVE_INFINITY
  /** Messages take so many times as long. */
  slowness = 1

  constructor(scheduler: Scheduler, random: Random) {
    this.#scheduler = scheduler
    this.#random = random
  }

  get nowMs(): number {
    return this.#scheduler.nowMs
  }

  after(ms: number, run: () => void): void {
    this.#scheduler.after(ms, run)
  }

  latency(): number {
    if (this.slowness > 1) this.troubledMs = this.nowMs
    return this.#random.latency(usualLatencyMs) * this.slowness
  }

  /** Whether packets get from one machine to the other; the way back is another question. */
  open(from: string, to: string): boolean {
    const blocked = this.#blocked.size > 0 && this.#blocked.has(`${from}>${to}`)
    if (blocked) this.troubledMs = this.nowMs
    return !blocked
  }

  /** Blocks one way. Blocks add up: as many unblocks open it. */
  block(from: string, to: string): void {
    const key = `${from}>${to}`
    this.#blocked.set(key, (this.#blocked.get(key) ?? 0) + 1)
  }

  unblock(from: string, to: string): void {
    const key = `${from}>${to}`
    const left = (this.#blocked.get(key) ?? 0) - 1
    if (left > 0) this.#blocked.set(key, left)
    else this.#blocked.delete(key)
  }

  heal(): void {
    this.#blocked.clear()
    this.slowness = 1
  }

  listen(name: string, listener: Listener): void {
    this.#listeners.set(name, listener)
  }

  /** Breaks every connection of one machine, with what is under way on them. */
  resetConnections(name: string): void {
    for (const connection of this.#connections) if (connection.joins(name)) connection.reset('the connection was reset')
  }

  processDied(process: Process): void {
    for (const connection of this.#connections) connection.died(process)
  }

  machineVanished(name: string): void {
    for (const connection of this.#connections) connection.vanished(name)
  }

  forget(connection: Connection): void {
    if (connection.over) this.#connections.delete(connection)
  }

  /** Begins a connection; what is sent before it stands waits. */
  connect(service: string, client: string, process: Process, server: string, end: End): Connection {
    const connection = new Connection(this, client, server)
    this.#connections.add(connection)
    connection.attach('client', process, end)
    const beganMs = this.nowMs
    const attempt = (): void => {
      if (!process.alive) return
      const listener = this.#listeners.get(server)
      if (!this.open(client, server) || !this.open(server, client)) {
        if (this.nowMs - beganMs > deadAfterMs) connection.reset('connection timed out')
        else this.after(resendMs, attempt)
      } else if (!listener?.process.alive) connection.reset('connection refused')
      else listener.accept(service, client, connection)
    }
    this.after(2 * this.latency(), attempt)
    return connection
  }
}
