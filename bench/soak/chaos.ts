import { setTimeout as pause } from 'node:timers/promises'
import type { Endpoint } from '../../shared/fleet/membership.ts'
import { endpoint, keyRecord, route, snapshot } from '../../test/controller/gateway/parts.ts'
import type { Random } from '../scale/random.ts'
import type { SoakEngine } from './engine.ts'
import type { GatewayProcess } from './gateway-process.ts'

export const troubles = ['die', 'drain', 'slow', 'unready', 'reset'] as const
export type Trouble = (typeof troubles)[number]

const drainLookMs = 100

/** Makes trouble with one engine after the other, as hosts, rollouts and crashes do, and puts each right again. */
export class Chaos {
  readonly #gateway: GatewayProcess
  readonly #engines: readonly SoakEngine[]
  readonly #random: Random
  readonly #troubled = new Set<SoakEngine>()
  readonly #draining = new Set<SoakEngine>()
  readonly #absent = new Set<SoakEngine>()
  readonly counts = new Map<Trouble, number>()
  /** What a controller would be told wrong: a replica with requests that was reported to have none. */
  readonly broken: string[] = []
  #version = 0

  constructor(gateway: GatewayProcess, engines: readonly SoakEngine[], random: Random) {
    this.#gateway = gateway
    this.#engines = engines
    this.#random = random
  }

  publish(): number {
    const endpoints = this.#engines
      .filter((engine) => !this.#absent.has(engine))
      .map((engine): Endpoint => endpoint(engine.id, engine.origin, { draining: this.#draining.has(engine), maxConcurrent: 16 }))
    this.#gateway.apply(snapshot(++this.#version, [route(endpoints, { holdMs: 10_000, maxQueue: 40 })], [keyRecord()]))
    return this.#version
  }

  /** Until the signal aborts; then everything is put right. */
  async run(everyMs: number, signal: AbortSignal): Promise<void> {
    const under: Promise<void>[] = []
    while (!signal.aborted) {
      await pause(everyMs * (0.5 + this.#random.next()))
      const well = this.#engines.filter((engine) => !this.#troubled.has(engine))
      const engine = well[Math.floor(this.#random.next() * well.length)]
      const trouble = troubles[Math.floor(this.#random.next() * troubles.length)]
      // Somebody has to do the work.
      if (well.length <= 2 || !engine || !trouble) continue
      this.counts.set(trouble, (this.counts.get(trouble) ?? 0) + 1)
      this.#troubled.add(engine)
      under.push(this.#make(trouble, engine).finally(() => this.#troubled.delete(engine)))
    }
    await Promise.all(under)
  }

  async #make(trouble: Trouble, engine: SoakEngine): Promise<void> {
    const aWhile = () => pause(300 + 2_500 * this.#random.next())
    if (trouble === 'reset') return engine.breakConnections()
    if (trouble === 'die') {
      engine.kill()
      await aWhile()
      return engine.start()
    }
    if (trouble === 'slow') {
      engine.slowness = 10
      await aWhile()
      engine.slowness = 1
      return
    }
    if (trouble === 'unready') {
      engine.unready = true
      await aWhile()
      engine.unready = false
      return
    }
    await this.#drain(engine)
  }

  /** As in a rollout: drained, stopped once nothing is reported, out of the membership, started and back. */
  async #drain(engine: SoakEngine): Promise<void> {
    this.#draining.add(engine)
    const version = this.publish()
    for (;;) {
      const { version: inUse, outstanding } = await this.#gateway.state()
      if (inUse >= version && (outstanding[engine.id] ?? 0) === 0) break
      await pause(drainLookMs)
    }
    // What its client left is over for the gateway a moment before the engine hears of it.
    for (let looks = 0; looks < 20 && engine.working > 0; looks++) await pause(drainLookMs)
    if (engine.working > 0) this.broken.push(`${engine.id} had ${engine.working} requests when its drain was reported to be over`)
    engine.kill()
    this.#absent.add(engine)
    this.publish()
    await pause(300 + 1_500 * this.#random.next())
    await engine.start()
    this.#draining.delete(engine)
    this.#absent.delete(engine)
    this.publish()
  }
}
