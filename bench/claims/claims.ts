import { type Bench, type BenchResult, type BenchRun, isAsked, type Table } from '../bench.ts'
import { mean, quantile } from '../measure/statistics.ts'
import {
  type BalanceResult,
  balance,
  balanceCases,
  contentMs,
  goodput,
  overload,
  overloadPolicies,
  shortCapacity,
  tailPercent,
} from './cases.ts'
import type { Panel } from './plot.ts'
import type { Outcome } from './simulate.ts'

const seed = 1
const usualSeconds = 60
export const offeredRates = [200, 400, 600, 800, 1_000, 1_200, 1_400, 1_600, 2_000, 2_500, 3_000] as const
/** Where the seed's figures are compared: 1.5 times what the engines can do, and its 2,000 a second. */
const overloads = [1_800, 2_000] as const

export interface OverloadResult {
  readonly name: string
  readonly title: string
  readonly rate: number
  readonly outcome: Outcome
}

export const balanceResults = async (seconds: number, signal: AbortSignal): Promise<readonly BalanceResult[]> => {
  const results: BalanceResult[] = []
  for (const load of balanceCases) {
    signal.throwIfAborted()
    results.push(await balance(load, seconds * 10, seed))
  }
  return results
}

export const overloadResults = async (
  rates: readonly number[],
  seconds: number,
  signal: AbortSignal,
): Promise<readonly OverloadResult[]> => {
  const results: OverloadResult[] = []
  for (const rate of rates)
    for (const policy of overloadPolicies) {
      signal.throwIfAborted()
      results.push({ name: policy.name, title: policy.title, rate, outcome: await overload(rate, seconds, policy, seed) })
    }
  return results
}

const capital = (word: string): string => `${word[0]?.toUpperCase()}${word.slice(1)}`

const balanceTable = (results: readonly BalanceResult[]): Table => ({
  columns: ['85 % load', 'over 3 x median, %: round robin', 'least outstanding', 'P99, s: round robin', 'least outstanding'],
  rows: results.map(({ load, turn, least }) => [
    load.title,
    tailPercent(turn).toFixed(1),
    tailPercent(least).toFixed(1),
    (quantile(turn.latenciesMs, 0.99) / 1_000).toFixed(1),
    (quantile(least.latenciesMs, 0.99) / 1_000).toFixed(1),
  ]),
})

const overloadTable = (results: readonly OverloadResult[], seconds: number): Table => ({
  columns: ['offered a second', 'mean, ms', 'P95, ms', 'within 1 s, a second', 'turned away, %', 'clients lost, %'],
  rows: results.map(({ title, rate, outcome }) => [
    `${rate}: ${title}`,
    mean(outcome.latenciesMs).toFixed(0),
    quantile(outcome.latenciesMs, 0.95).toFixed(0),
    goodput(outcome, contentMs, seconds).toFixed(0),
    ((100 * outcome.refused) / outcome.offered).toFixed(1),
    ((100 * outcome.left) / outcome.offered).toFixed(1),
  ]),
})

const measure = async (run: BenchRun): Promise<BenchResult> => {
  const seconds = run.seconds ?? usualSeconds
  const tables: Table[] = []
  const figures: [string, number][] = []
  if (isAsked(run, 'balance')) {
    run.say('least outstanding against round robin')
    const results = await balanceResults(seconds, run.signal)
    tables.push(balanceTable(results))
    for (const { load, turn, least } of results)
      figures.push([`${load.name}TurnTailPercent`, tailPercent(turn)], [`${load.name}LeastTailPercent`, tailPercent(least)])
  }
  if (isAsked(run, 'overload')) {
    run.say('token bucket and bounded queue under overload')
    const results = await overloadResults(overloads, seconds, run.signal)
    tables.push(overloadTable(results, seconds))
    for (const { name, rate, outcome } of results) {
      figures.push([`${name}${rate}P95Ms`, quantile(outcome.latenciesMs, 0.95)], [`${name}${rate}MeanMs`, mean(outcome.latenciesMs)])
      figures.push([`${name}${rate}Goodput`, goodput(outcome, contentMs, seconds)])
    }
  }
  return {
    title: "claims: the seed document's figures, with the gateway's own code deciding on simulated engines",
    figures: Object.fromEntries(figures.map(([name, value]) => [name.replace(/^./, (first) => first.toLowerCase()), value])),
    tables,
    notes: [
      `engines batch continuously, and a step is the longer the more sequences are in the batch; those of the overload can answer ${Math.round(shortCapacity)} a second`,
      'requests come at random; the same requests for each policy; clients leave after 10 s in the overload',
      'no network and no CPU of the gateway in it: what is compared are decisions',
    ],
  }
}

/** Of the ramp: how long answers take, and how many come in time. */
export const rampPanels = (results: readonly OverloadResult[], seconds: number): readonly Panel[] => {
  const lines = (of: (outcome: Outcome) => number) =>
    overloadPolicies.map(({ name, title }) => ({
      title: capital(title),
      points: results.filter((result) => result.name === name).map(({ rate, outcome }) => [rate, of(outcome)] as const),
    }))
  return [
    { title: 'P95 of the answered, ms', lines: lines(({ latenciesMs }) => quantile(latenciesMs, 0.95)), logarithmic: true },
    { title: 'answers within 1 s, a second', lines: lines((outcome) => goodput(outcome, contentMs, seconds)) },
  ]
}

/** Of one balance: which share of the answers took longer than so many times the median. */
export const tailPanels = (results: readonly BalanceResult[]): readonly Panel[] => {
  const line = (title: string, { latenciesMs }: Outcome) => {
    const medianMs = quantile(latenciesMs, 0.5)
    const times = Array.from({ length: 41 }, (_, index) => 1 + index / 8)
    return {
      title,
      points: times.map(
        (factor) => [factor, (100 * latenciesMs.filter((ms) => ms > factor * medianMs).length) / latenciesMs.length] as const,
      ),
    }
  }
  return results.map(({ load, turn, least }) => ({
    title: `${load.title}: % of answers that took longer`,
    lines: [line('Round robin', turn), { title: '', points: [] }, line('Least outstanding', least)],
  }))
}

export const claimsBench: Bench = {
  name: 'claims',
  summary: "the seed document's figures on balance and overload, reproduced or refuted on simulated engines",
  parts: ['balance', 'overload'],
  measure,
}
