import { mock } from 'node:test'
import { Pool } from 'undici'
import { RateLimits } from '../../controller/gateway/admission/rate-limits.ts'
import { type Lease, Replica } from '../../controller/gateway/balance/replica.ts'
import { gatewaySettings } from '../../controller/gateway/config.ts'
import { Assigner, type Claim } from '../../controller/gateway/queue/assigner.ts'
import type { RateLimit } from '../../shared/fleet/membership.ts'
import { endpoint, route } from '../../test/controller/gateway/parts.ts'
import { Random } from '../scale/random.ts'
import { type EngineShape, SimulatedEngine, type Work } from './engine.ts'

/** Who decides on a request. Everything but round robin is the gateway's own code. */
export interface Policy {
  readonly title: string
  /** least: the gateway's choice; turn: round robin, as a peer would. */
  readonly choice: 'least' | 'turn'
  /** Requests at a replica at a time; 0: no cap, so that engines have lines of their own. */
  readonly maxConcurrent: number
  readonly maxQueue: number
  readonly holdMs: number
  readonly rateLimit?: RateLimit
}

export interface Load {
  readonly engines: readonly EngineShape[]
  readonly requestsPerSecond: number
  readonly seconds: number
  /** Median and spread of the lengths of requests. */
  readonly medianSteps: number
  readonly sigma: number
  /** A client leaves after so long. */
  readonly patienceMs: number
  readonly seed: number
}

export interface Outcome {
  readonly offered: number
  /** Milliseconds from arrival to the end, of those that were answered. */
  readonly latenciesMs: readonly number[]
  /** Turned away, at the door or in line. */
  readonly refused: number
  /** Clients that lost patience. */
  readonly left: number
}

const { ejection } = gatewaySettings.parse({})
/** Never connected to: engines are simulated. */
const nowhere = 'http://127.0.0.1:9'

/**
 * Runs in simulated time, timers of the gateway's code included. Requests come at random (Poisson); the same seed brings the same requests, whoever decides.
 */
export const simulate = async (load: Load, policy: Policy): Promise<Outcome> => {
  const random = new Random(load.seed)
  const engines = load.engines.map((shape) => new SimulatedEngine(shape))
  let nowMs = 0
  const clock = { monotonicMs: () => nowMs, unixMs: () => nowMs }
  await using upstream = { pool: new Pool(nowhere), [Symbol.asyncDispose]: () => upstream.pool.destroy() }
  const endpoints = engines.map((_, index) => endpoint(String(index), nowhere, { maxConcurrent: policy.maxConcurrent }))
  const replicas = endpoints.map((one) => new Replica(one, () => upstream.pool))
  const served = route(endpoints, { maxQueue: policy.maxQueue, holdMs: policy.holdMs })
  const assigner = new Assigner(served, ejection, clock, { released() {}, healthChanged() {}, unserved() {} })
  assigner.update(served, replicas)
  const limits = new RateLimits()

  const latenciesMs: number[] = []
  let refused = 0
  let left = 0
  let turn = 0
  /** Clients in the order in which they lose patience. */
  const patient: { readonly atMs: number; readonly leave: () => void }[] = []

  const begin = (engine: SimulatedEngine, steps: number, arrivedMs: number, release: () => void): (() => void) => {
    let over = false
    const work: Work = {
      steps,
      onEnd: (atMs) => {
        over = true
        latenciesMs.push(atMs - arrivedMs)
        release()
      },
    }
    engine.start(work, nowMs)
    return () => {
      if (over) return
      left++
      engine.cancel(work, nowMs)
      release()
    }
  }
  const arrive = (ticket: number, steps: number): void => {
    const arrivedMs = nowMs
    let leave: () => void
    patient.push({ atMs: nowMs + load.patienceMs, leave: () => leave() })
    if (policy.choice === 'turn') {
      leave = begin(engines[turn++ % engines.length] as SimulatedEngine, steps, arrivedMs, () => {})
      return
    }
    if (policy.rateLimit && !limits.admit([{ id: 'deployment', limit: policy.rateLimit }], nowMs).admitted) {
      refused++
      leave = () => {}
      return
    }
    const claim: Claim = { ticket, tenant: 'team', priority: 0, affinity: 0, bytes: 1, tried: new Map(), waitedMs: 0 }
    const use = (lease: Lease) => begin(engines[Number(lease.replica.id)] as SimulatedEngine, steps, arrivedMs, () => lease.release())
    const lease = assigner.take(claim)
    if (lease) {
      leave = use(lease)
      return
    }
    leave = () => {
      left++
      assigner.leave(claim)
    }
    assigner.wait(claim).then(
      (got) => {
        if (got) leave = use(got)
      },
      () => {
        refused++
        leave = () => {}
      },
    )
  }

  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    let nextArrivalMs = 0
    let offered = 0
    let head = 0
    const endMs = load.seconds * 1_000
    for (;;) {
      const arrivesMs = nextArrivalMs < endMs ? nextArrivalMs : Number.POSITIVE_INFINITY
      const losesMs = patient[head]?.atMs ?? Number.POSITIVE_INFINITY
      const endsMs = Math.min(...engines.map((engine) => engine.nextEndMs()))
      const nextMs = Math.min(arrivesMs, losesMs, endsMs)
      if (nextMs === Number.POSITIVE_INFINITY) break
      mock.timers.tick(Math.max(0, Math.floor(nextMs) - Math.floor(nowMs)))
      nowMs = nextMs
      for (const engine of engines) if (engine.nextEndMs() <= nowMs + 1e-9) engine.endDue(nowMs)
      if (losesMs <= nowMs) patient[head++]?.leave()
      if (arrivesMs <= nowMs) {
        arrive(++offered, Math.max(1, random.logNormal(load.medianSteps, load.sigma)))
        nextArrivalMs += (-Math.log(1 - random.next()) * 1_000) / load.requestsPerSecond
      }
      // Who was given a place hears of it.
      await undefined
      await undefined
      await undefined
    }
    return { offered, latenciesMs, refused, left }
  } finally {
    assigner.close()
    mock.timers.reset()
  }
}
