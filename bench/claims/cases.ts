import { quantile } from '../measure/statistics.ts'
import { type EngineShape, fullStepMs } from './engine.ts'
import { type Load, type Outcome, type Policy, simulate } from './simulate.ts'

const mean = (medianSteps: number, sigma: number): number => medianSteps * Math.exp(sigma ** 2 / 2)

/** Requests a second that all engines together can answer with full batches. */
export const capacityOf = (engines: readonly EngineShape[], medianSteps: number, sigma: number): number =>
  engines.reduce((sum, engine) => sum + (engine.slots * 1_000) / (fullStepMs(engine) * mean(medianSteps, sigma)), 0)

/** Of answers that took more than three times as long as the median, in percent. */
export const tailPercent = ({ latenciesMs }: Outcome): number => {
  const limitMs = 3 * quantile(latenciesMs, 0.5)
  return (100 * latenciesMs.filter((ms) => ms > limitMs).length) / latenciesMs.length
}

/** Answers a second that came within the time a client is content with. */
export const goodput = ({ latenciesMs }: Outcome, withinMs: number, seconds: number): number =>
  latenciesMs.filter((ms) => ms <= withinMs).length / seconds

// Chat: a step is a token of 20 ms alone, twice as slow in a batch of 21; answers of 100 tokens in the middle.
const chatEngine: EngineShape = { slots: 16, stepMs: 20, slowdownPerSequence: 0.05 }

const turn: Policy = { title: 'round robin', choice: 'turn', maxConcurrent: 0, maxQueue: 0, holdMs: 0 }
const least: Policy = { title: 'least outstanding', choice: 'least', maxConcurrent: 0, maxQueue: 0, holdMs: 0 }

export interface BalanceCase {
  readonly name: string
  readonly title: string
  readonly engines: readonly EngineShape[]
  readonly sigma: number
}

const slowEngine: EngineShape = { ...chatEngine, stepMs: 2 * chatEngine.stepMs }
const withSlow = (count: number): readonly EngineShape[] =>
  Array.from({ length: 8 }, (_, index) => (index < count ? slowEngine : chatEngine))
const alike = withSlow(0)

export const balanceCases: readonly BalanceCase[] = [
  { name: 'alikeEven', title: '8 engines alike, one length', engines: alike, sigma: 0 },
  { name: 'alikeChat', title: '8 engines alike, chats', engines: alike, sigma: 0.7 },
  { name: 'alikeReasoning', title: '8 engines alike, reasoning', engines: alike, sigma: 1.1 },
  { name: 'oneSlowEven', title: '1 of 8 takes twice as long, one length', engines: withSlow(1), sigma: 0 },
  { name: 'oneSlowChat', title: '1 of 8 takes twice as long, chats', engines: withSlow(1), sigma: 0.7 },
  { name: 'twoSlowChat', title: '2 of 8 take twice as long, chats', engines: withSlow(2), sigma: 0.7 },
]

export interface BalanceResult {
  readonly load: BalanceCase
  readonly turn: Outcome
  readonly least: Outcome
}

const medianSteps = 100

/** At 85 % of what the engines can do. */
export const balance = async (load: BalanceCase, seconds: number, seed: number): Promise<BalanceResult> => {
  const { engines, sigma } = load
  const requestsPerSecond = 0.85 * capacityOf(engines, medianSteps, sigma)
  const offered: Load = { engines, requestsPerSecond, seconds, medianSteps, sigma, patienceMs: 600_000, seed }
  return { load, turn: await simulate(offered, turn), least: await simulate(offered, least) }
}

// Short answers, such as the seed's 120 ms: 9 engines of 16 sequences, about 1,200 a second.
const shortEngine: EngineShape = { slots: 16, stepMs: 7.5, slowdownPerSequence: 0.04 }
const shortEngines = Array.from({ length: 9 }, () => shortEngine)
const shortSteps = 9
const shortSigma = 0.4
export const shortCapacity = capacityOf(shortEngines, shortSteps, shortSigma)
/** What a client of short answers is content with. */
export const contentMs = 1_000

const bucket = { requestsPerSecond: Math.round(shortCapacity * 0.9), burst: Math.round(shortCapacity * 0.1) }
const bounded = { maxConcurrent: shortEngine.slots, maxQueue: 200, holdMs: 250 }

export const overloadPolicies: readonly (Policy & { readonly name: string })[] = [
  { ...least, name: 'bare', title: 'nothing: engines keep the line' },
  { ...least, name: 'bucket', title: 'token bucket at 90 %', rateLimit: bucket },
  { ...least, name: 'queue', title: 'bounded queue', ...bounded },
  { ...least, name: 'both', title: 'token bucket and bounded queue', ...bounded, rateLimit: bucket },
]

export const overload = (requestsPerSecond: number, seconds: number, policy: Policy, seed: number): Promise<Outcome> =>
  simulate(
    { engines: shortEngines, requestsPerSecond, seconds, medianSteps: shortSteps, sigma: shortSigma, patienceMs: 10_000, seed },
    policy,
  )
