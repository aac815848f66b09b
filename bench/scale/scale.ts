import { type Bench, type BenchResult, type BenchRun, isAsked, type Table } from '../bench.ts'
import { type Curve, curves } from './curves.ts'
import { max, policies } from './policies.ts'
import { engine } from './replica.ts'
import { type Outcome, simulate } from './simulate.ts'

/** Every curve with every policy; the same requests for each. */
const seed = 1

export interface Result {
  readonly policy: string
  readonly title: string
  readonly outcome: Outcome
}

export const resultsOf = async (curve: Curve, signal: AbortSignal): Promise<readonly Result[]> => {
  const results: Result[] = []
  for (const policy of policies) {
    signal.throwIfAborted()
    results.push({ policy: policy.name, title: policy.title, outcome: simulate(curve, policy, seed) })
    // Lets a signal in.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return results
}

const tableOf = (curve: Curve, results: readonly Result[]): Table => ({
  columns: [curve.title, 'replica-hours', 'waited > 10 s, %', 'TTFT P50, s', 'TTFT P95, s', 'actions', 'back within 15 min'],
  rows: results.map(({ title, outcome }) => [
    title,
    outcome.replicaHours.toFixed(1),
    outcome.waitedLongPercent.toFixed(2),
    outcome.ttftP50S.toFixed(2),
    outcome.ttftP95S.toFixed(2),
    String(outcome.scaleActions),
    String(outcome.flaps),
  ]),
})

const capital = (word: string): string => `${word[0]?.toUpperCase()}${word.slice(1)}`

const measure = async (run: BenchRun): Promise<BenchResult> => {
  const tables: Table[] = []
  const figures: [string, number][] = []
  for (const curve of curves.filter(({ name }) => isAsked(run, name))) {
    run.say(curve.title)
    const results = await resultsOf(curve, run.signal)
    tables.push(tableOf(curve, results))
    for (const { policy, outcome } of results) {
      const name = `${curve.name}${capital(policy)}`
      figures.push([`${name}ReplicaHours`, outcome.replicaHours], [`${name}WaitedLongPercent`, outcome.waitedLongPercent])
      figures.push([`${name}ScaleActions`, outcome.scaleActions], [`${name}Flaps`, outcome.flaps])
    }
  }
  return {
    title: 'autoscale: what policies of scaling do under load curves, simulated',
    figures: Object.fromEntries(figures),
    tables,
    notes: [
      `the controller's own planner on a model of engines: ${engine.slots} sequences and ${engine.kvTokens} tokens of KV cache each, ${engine.loadSeconds} s to load, 1 to ${max} replicas`,
      'the bare rule: every 30 s, mean GPU utilisation above 85 % and fewer than max: add one; it never takes one away',
      'all curves are synthetic; "bursty" is made after what is published of chat traffic, and is no recording',
    ],
  }
}

export const autoscaleBench: Bench = {
  name: 'autoscale',
  summary: 'policies of scaling under simulated load curves: waiting, replica-hours, actions',
  parts: curves.map(({ name }) => name),
  measure,
}
