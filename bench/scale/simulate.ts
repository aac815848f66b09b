import { quantile } from '../measure/statistics.ts'
import type { Curve } from './curves.ts'
import { min, type Policy, type Seen } from './policies.ts'
import { Random } from './random.ts'
import { Replica, type Request, type Tick } from './replica.ts'

export interface Outcome {
  readonly requests: number
  /** Waited for longer than ten seconds before an engine took them, in percent. */
  readonly waitedLongPercent: number
  readonly ttftP50S: number
  readonly ttftP95S: number
  /** Of replicas that exist, loading included. */
  readonly replicaHours: number
  readonly scaleActions: number
  /** Changes of direction within a quarter of an hour. */
  readonly flaps: number
  /** Each half minute: what was wanted, what was ready, who waited. */
  readonly track: readonly { readonly second: number; readonly wanted: number; readonly ready: number; readonly waiting: number }[]
}

/** Agents and gateways tell every so often. */
const tellEveryS = 5
const longWaitS = 10
const flapS = 900
const trackEveryS = 30
const ttftSpanS = 60

/** Runs one policy under one curve. The same seed brings the same requests, whatever the policy does. */
export const simulate = (curve: Curve, policy: Policy, seed: number): Outcome => {
  const arrivals = new Random(seed)
  const decide = policy.begin()
  // They have been ready for long when the curve begins.
  let replicas = Array.from({ length: min }, () => new Replica(-86_400))
  const leaving: Replica[] = []
  const queue: Request[] = []
  let head = 0
  const ttfts: number[] = []
  const recent: { readonly atS: number; readonly ttftS: number }[] = []
  const track: Outcome['track'][number][] = []
  const steps: { readonly atS: number; readonly by: number }[] = []
  let requests = 0
  let waitedLong = 0
  let replicaSeconds = 0
  let busyS = 0
  let tokens = 0

  for (let second = 0; second < curve.seconds; second++) {
    for (let count = arrivals.poisson(curve.rates[second] ?? 0); count > 0; count--) {
      requests++
      // Lengths as published for chat traffic: prompts around a thousand tokens, answers of a reasoning model in the hundreds, both skewed.
      const promptTokens = Math.min(16_000, Math.ceil(arrivals.logNormal(900, 0.8)))
      queue.push({ arrivedS: second, promptTokens, outputTokens: Math.ceil(arrivals.logNormal(350, 0.7)) })
    }
    const ready = replicas.filter((replica) => replica.isReady(second))
    // Least outstanding, bound late, as the gateway does it.
    for (; head < queue.length; head++) {
      const request = queue[head]
      if (request === undefined) break
      const target = leastBusy(ready, request.promptTokens)
      if (target === undefined) break
      target.admit(request)
      if (second - request.arrivedS > longWaitS) waitedLong++
    }
    const tick: Tick = { firstTokensS: [], tokens: 0 }
    // Utilisation is the share of time in which any kernel ran: with a single sequence it is all of it.
    busyS += ready.filter(({ running }) => running > 0).length
    for (const replica of [...ready, ...leaving]) replica.tick(second, tick)
    tokens += tick.tokens
    for (const ttftS of tick.firstTokensS) {
      ttfts.push(ttftS)
      recent.push({ atS: second, ttftS })
    }
    for (let at = leaving.length - 1; at >= 0; at--) if (leaving[at]?.running === 0) leaving.splice(at, 1)
    replicaSeconds += replicas.length + leaving.length
    const waiting = queue.length - head
    if (second % trackEveryS === 0) track.push({ second, wanted: replicas.length, ready: ready.length, waiting })
    if (second % tellEveryS !== 0) continue

    recent.splice(
      0,
      recent.findIndex(({ atS }) => atS >= second - ttftSpanS),
    )
    const each = (value: number) => ({ value, known: ready.length })
    const working = ready.reduce((sum, { running }) => sum + running, 0)
    const seen: Seen = {
      replicas: replicas.length,
      ready: ready.length,
      working,
      traffic: { held: waiting, any: working > 0 },
      readings: {
        gpuUtilization: each(busyS / tellEveryS / Math.max(1, ready.length)),
        waiting: each(waiting / Math.max(1, ready.length)),
        kvCache: each(ready.reduce((sum, { kvCache }) => sum + kvCache, 0) / Math.max(1, ready.length)),
        ...ttftReading(recent, waiting + working, ready.length),
        tokensPerSecond: each(tokens / tellEveryS / Math.max(1, ready.length)),
      },
    }
    busyS = 0
    tokens = 0
    const wanted = decide(seen, second, curve.startUnixMs + second * 1000)
    if (wanted === replicas.length) continue
    steps.push({ atS: second, by: wanted - replicas.length })
    while (replicas.length < wanted) replicas.push(new Replica(second))
    // What loads goes first, then the youngest; it finishes what it has.
    const gone = replicas.slice(wanted)
    replicas = replicas.slice(0, wanted)
    leaving.push(...gone.filter((replica) => replica.isReady(second)))
  }
  // What still waits has waited too.
  waitedLong += queue.slice(head).filter(({ arrivedS }) => curve.seconds - arrivedS > longWaitS).length
  return {
    requests,
    waitedLongPercent: (100 * waitedLong) / requests,
    ttftP50S: quantile(ttfts, 0.5),
    ttftP95S: quantile(ttfts, 0.95),
    replicaHours: replicaSeconds / 3600,
    scaleActions: steps.length,
    flaps: steps.filter(({ atS, by }, at) => {
      const before = steps[at - 1]
      return before !== undefined && Math.sign(before.by) !== Math.sign(by) && atS - before.atS < flapS
    }).length,
    track,
  }
}

const leastBusy = (ready: readonly Replica[], promptTokens: number): Replica | undefined => {
  let best: Replica | undefined
  for (const replica of ready) if ((best === undefined || replica.running < best.running) && replica.hasRoom(promptTokens)) best = replica
  return best
}

const ttftReading = (recent: readonly { readonly ttftS: number }[], busy: number, ready: number): Seen['readings'] => {
  if (recent.length === 0) return busy === 0 ? { ttft: { value: 0, known: ready } } : {}
  return {
    ttft: {
      value: quantile(
        recent.map(({ ttftS }) => ttftS * 1000),
        0.95,
      ),
      known: ready,
    },
  }
}
