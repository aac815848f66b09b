import { join } from 'node:path'
import { run as runProgram } from '../../test/lab/process.ts'
import type { BenchRun } from '../bench.ts'
import { median, spread } from '../measure/statistics.ts'
import type { PartResult } from './gateway.ts'
import type { Measured, Order } from './open-loop/order.ts'
import { load, requestBody, writeScript } from './requests.ts'
import { type Contest, clientKey, inTurn, type Target } from './target.ts'

/** Whatever the measurement's length: until then the code is being compiled. */
const warmUpSeconds = 6
const saturationSeconds = 3

const requestText = (): string => {
  const body = requestBody()
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Authorization: Bearer ${clientKey}`,
  ]
  return `${head.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

/** Where requests go: through a gateway, or to the engine at once. */
interface Way {
  readonly name: Target['name'] | 'direct'
  readonly port: number
}

/** Requests on a schedule. Rejects when one of them fails. */
const openLoop = async (way: Way, ratePerSecond: number, seconds: number): Promise<Measured> => {
  const order: Order = { port: way.port, request: requestText(), ratePerSecond, warmUpSeconds: 1, seconds }
  const { stdout } = await runProgram(process.execPath, [join(import.meta.dirname, 'open-loop/main.ts'), JSON.stringify(order)], {
    deadlineMs: seconds * 1000 + 30_000,
  })
  const measured = JSON.parse(stdout) as Measured
  if (measured.failed > 0) throw new Error(`${way.name} failed ${measured.failed} of ${measured.sent} requests on a schedule`)
  return measured
}

/** Latency that each gateway adds at half of the rate at which ours is saturated, beside requests that go to the engine directly. */
export const measureLatency = async ({ targets, engines }: Contest, run: BenchRun): Promise<PartResult> => {
  const rounds = run.rounds ?? 5
  const seconds = run.seconds ?? 5
  const scriptFile = await writeScript(run.directory)
  for (const target of targets) await load(target, scriptFile, warmUpSeconds)
  const [ours] = targets
  if (!ours) throw new Error('no gateway is there to measure')
  const { requests, micros } = await load(ours, scriptFile, saturationSeconds)
  const saturation = requests / (micros / 1e6)
  const rate = Math.round(saturation / 2)
  run.say(`latency: saturated at ${saturation.toFixed(0)} requests/s; ${rounds} rounds of ${seconds} s at ${rate}/s`)
  const ways: readonly Way[] = [
    { name: 'direct', port: engines.fixedPorts[0] ?? 0 },
    ...targets.map(({ name, requestPort }) => ({ name, port: requestPort })),
  ]
  const results = new Map(ways.map(({ name }) => [name, [] as Measured[]]))
  for (let round = 0; round < rounds; round++) {
    for (const way of inTurn(ways, round)) {
      run.signal.throwIfAborted()
      const measured = await openLoop(way, rate, seconds)
      run.say(`latency: round ${round + 1}: ${way.name} P50 ${measured.p50Ms.toFixed(3)} ms, P99 ${measured.p99Ms.toFixed(3)} ms`)
      results.get(way.name)?.push(measured)
    }
  }
  const direct = results.get('direct') ?? []
  /** Round by round: what disturbs a whole round disturbs both. */
  const added = (name: Way['name'], of: (measured: Measured) => number): readonly number[] =>
    (results.get(name) ?? []).map((measured, round) => of(measured) - (direct[round] ? of(direct[round]) : Number.NaN))
  const p50 = ({ p50Ms }: Measured) => p50Ms
  const p99 = ({ p99Ms }: Measured) => p99Ms
  return {
    figures: {
      openLoopRequestsPerSecond: rate,
      addedP50Ms: median(added('hostler', p50)),
      addedP99Ms: median(added('hostler', p99)),
      nginxAddedP50Ms: median(added('nginx', p50)),
      nginxAddedP99Ms: median(added('nginx', p99)),
    },
    table: {
      columns: ['latency on a schedule', 'P50 ms: median (range)', 'P99 ms', 'added to P50', 'added to P99', 'sent at most late by ms'],
      rows: [...results].map(([name, all]) => [
        name,
        spread(all.map(p50), 3),
        spread(all.map(p99), 3),
        median(added(name, p50)).toFixed(3),
        median(added(name, p99)).toFixed(3),
        median(all.map(({ latestMs }) => latestMs)).toFixed(1),
      ]),
    },
    notes: [
      `latency: ${rate} requests a second on a schedule with exponential gaps, half of what wrk gets through Hostler on the same cores; ` +
        'from the moment for which a request was scheduled to the end of its answer',
      'latency: the generator spins on one core, so gateway and engine share what is left of the machine',
    ],
  }
}
