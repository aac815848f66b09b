import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../../test/lab/wait.ts'
import type { BenchRun } from '../bench.ts'
import { cpuBetween, cpuTimesOf } from '../measure/process-tree.ts'
import { median, medianRatio, spread } from '../measure/statistics.ts'
import type { PartResult } from './gateway.ts'
import { StreamClients } from './stream-clients.ts'
import { type Contest, inTurn, type Target } from './target.ts'

const streams = 200
const intervalMs = 20
/** Until then the code is being compiled. */
const warmUpSeconds = 3

interface Round {
  readonly cpuMicros: number
  /** The part of it in the kernel. */
  readonly systemMicros: number
  /** Events that arrived, of those that the engine would write in that time. */
  readonly delivered: number
}

/** Opens the streams, lets them run for a while, then counts for `seconds`. Rejects when a stream is lost. */
const measureRound = async (target: Target, seconds: number, signal: AbortSignal): Promise<Round> => {
  using clients = new StreamClients(target, streams, intervalMs)
  await eventually(() => clients.lost > 0 || clients.perStream.every((events) => events > 10), {
    deadlineMs: 20_000,
    what: `${streams} streams through ${target.name} to run`,
    signal,
  })
  await pause(1_000, undefined, { signal })
  const cpuBefore = cpuTimesOf(target.pid)
  const eventsBefore = clients.events
  const startedMs = performance.now()
  await pause(seconds * 1000, undefined, { signal })
  const events = clients.events - eventsBefore
  const { withChildrenMs, systemMs } = cpuBetween(cpuBefore, cpuTimesOf(target.pid))
  const elapsedMs = performance.now() - startedMs
  if (clients.lost > 0) throw new Error(`${target.name} lost ${clients.lost} of ${streams} streams: ${clients.firstProblem}`)
  return {
    cpuMicros: (withChildrenMs * 1000) / events,
    systemMicros: (systemMs * 1000) / events,
    delivered: events / ((streams * elapsedMs) / intervalMs),
  }
}

/** CPU time per event of a stream: 200 streams of 50 events a second, the gateways in turn. */
export const measureStreams = async ({ targets }: Contest, run: BenchRun): Promise<PartResult> => {
  const rounds = run.rounds ?? 5
  const seconds = run.seconds ?? 5
  run.say(`streams: ${rounds} rounds of ${seconds} s for each of ${targets.map(({ name }) => name).join(', ')}`)
  const results = new Map(targets.map(({ name }) => [name, [] as Round[]]))
  for (const target of targets) await measureRound(target, warmUpSeconds, run.signal)
  for (let round = 0; round < rounds; round++) {
    for (const target of inTurn(targets, round)) {
      const result = await measureRound(target, seconds, run.signal)
      run.say(`streams: round ${round + 1}: ${target.name} ${result.cpuMicros.toFixed(1)} us of CPU`)
      results.get(target.name)?.push(result)
    }
  }
  const cpu = (name: Target['name']) => (results.get(name) ?? []).map(({ cpuMicros }) => cpuMicros)
  return {
    figures: {
      cpuMicrosPerChunk: median(cpu('hostler')),
      nginxCpuMicrosPerChunk: median(cpu('nginx')),
      haproxyCpuMicrosPerChunk: median(cpu('haproxy')),
      cpuPerChunkVsNginx: medianRatio(cpu('hostler'), cpu('nginx')),
      cpuPerChunkVsHaproxy: medianRatio(cpu('hostler'), cpu('haproxy')),
    },
    table: {
      columns: ['per streamed chunk', 'CPU us: median (range)', 'of it in the kernel', 'chunks delivered'],
      rows: [...results].map(([name, all]) => [
        name,
        spread(all.map(({ cpuMicros }) => cpuMicros)),
        median(all.map(({ systemMicros }) => systemMicros)).toFixed(1),
        `${(median(all.map(({ delivered }) => delivered)) * 100).toFixed(1)} %`,
      ]),
    },
    notes: [
      `streams: ${streams} streams of ${1000 / intervalMs} server-sent events a second each, ${rounds} rounds of ${seconds} s in turn; nginx with proxy_buffering off`,
    ],
  }
}
