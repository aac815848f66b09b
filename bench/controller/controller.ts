import { setTimeout as pause } from 'node:timers/promises'
import { type Bench, type BenchResult, type BenchRun, isAsked } from '../bench.ts'
import { cpuBetween, cpuTimesOf, memoryOf } from '../measure/process-tree.ts'
import { median, quantile, spread } from '../measure/statistics.ts'
import { bundlePrograms } from '../prepare/programs.ts'
import { type Fleet, startFleet } from './fleet.ts'

/** The size whose figures carry no size in their names. */
const chief = 1_000
const sizes = [100, 1_000, 5_000] as const
const heartbeatMs = 5_000
const settleMs = 15_000
const listings = 100

interface Measured {
  readonly hosts: number
  readonly cpuPercents: readonly number[]
  readonly rssMiB: number
  readonly listingMs: readonly number[]
  readonly reconnectSeconds: number
}

const measureCpu = async ({ controllerPid }: Fleet, seconds: number, signal: AbortSignal): Promise<number> => {
  const pid = controllerPid()
  const before = cpuTimesOf(pid)
  const startedMs = performance.now()
  await pause(seconds * 1_000, undefined, { signal })
  return (cpuBetween(before, cpuTimesOf(pid)).withChildrenMs / (performance.now() - startedMs)) * 100
}

/** As `hostler get hosts` asks, over a connection that is open: from the question to the whole answer, read. */
const measureListings = async ({ control }: Fleet, hosts: number): Promise<readonly number[]> => {
  const tookMs: number[] = []
  for (let listing = 0; listing < listings; listing++) {
    const startedMs = performance.now()
    const fleet = await control.fleet(['hosts'], { brief: true })
    tookMs.push(performance.now() - startedMs)
    if (fleet.hosts.length !== hosts) throw new Error(`${fleet.hosts.length} of ${hosts} hosts were listed`)
    await pause(20)
  }
  return tookMs
}

const measureSize = async (hosts: number, run: BenchRun): Promise<Measured> => {
  const programs = await bundlePrograms(`${run.directory}/${hosts}`)
  await using fleet = await startFleet(programs, hosts, heartbeatMs, run)
  run.say(`${hosts} hosts: settling for ${settleMs / 1_000} s`)
  await pause(settleMs, undefined, { signal: run.signal })
  const cpuPercents: number[] = []
  for (let round = 0; round < (run.rounds ?? 3); round++) {
    cpuPercents.push(await measureCpu(fleet, run.seconds ?? 20, run.signal))
    run.say(`${hosts} hosts, round ${round + 1}: ${cpuPercents.at(-1)?.toFixed(1)} % of a core`)
  }
  const { rssMiB } = memoryOf(fleet.controllerPid())
  await measureListings(fleet, hosts)
  const listingMs = await measureListings(fleet, hosts)
  run.say(`${hosts} hosts: ${rssMiB.toFixed(0)} MiB, listed in ${quantile(listingMs, 0.99).toFixed(1)} ms (P99); killing the controller`)
  const reconnectSeconds = await fleet.restart()
  run.say(`${hosts} hosts: all in touch ${reconnectSeconds.toFixed(1)} s after the start`)
  return { hosts, cpuPercents, rssMiB, listingMs, reconnectSeconds }
}

const figuresOf = ({ hosts, cpuPercents, rssMiB, listingMs, reconnectSeconds }: Measured) => {
  const suffix = hosts === chief ? '' : `At${hosts}Hosts`
  return {
    ...(hosts === chief && { hosts }),
    [`controllerCpuPercentOfOneCore${suffix}`]: median(cpuPercents),
    [`controllerRssMiB${suffix}`]: rssMiB,
    [`getHostsP50Ms${suffix}`]: quantile(listingMs, 0.5),
    [`getHostsP99Ms${suffix}`]: quantile(listingMs, 0.99),
    [`reconnectAllSeconds${suffix}`]: reconnectSeconds,
  }
}

const measure = async (run: BenchRun): Promise<BenchResult> => {
  const measured: Measured[] = []
  for (const hosts of sizes) if (isAsked(run, String(hosts))) measured.push(await measureSize(hosts, run))
  return {
    title: 'controller: what a fleet costs it',
    figures: Object.assign({}, ...measured.map(figuresOf)),
    tables: [
      {
        columns: ['hosts', 'CPU, % of one core', 'resident, MiB', 'get hosts P50, ms', 'get hosts P99, ms', 'all back after, s'],
        rows: measured.map(({ hosts, cpuPercents, rssMiB, listingMs, reconnectSeconds }) => [
          String(hosts),
          spread(cpuPercents),
          rssMiB.toFixed(0),
          quantile(listingMs, 0.5).toFixed(1),
          quantile(listingMs, 0.99).toFixed(1),
          reconnectSeconds.toFixed(1),
        ]),
      },
    ],
    notes: [
      `the controller as it ships, with real gRPC, TLS and SQLite; hosts are simulated in other processes, with the agent's own end of the wire: 8 GPUs and 8 replicas each, a beat with all figures every ${heartbeatMs / 1_000} s`,
      'CPU is that of the controller alone; get hosts is timed at a client over an open connection, the answer read; all back: from the start of a new process after kill -9 until the controller shows every host as ready',
      'everything shares one machine, so wall times hold the work of the simulated hosts too',
    ],
  }
}

export const controllerBench: Bench = {
  name: 'controller',
  summary: 'CPU, memory, listing and reconnection with 100, 1,000 and 5,000 simulated hosts',
  parts: sizes.map(String),
  measure,
}
