import { setTimeout as pause } from 'node:timers/promises'
import type { Bench, BenchResult, BenchRun } from '../bench.ts'
import { cpuBetween, cpuTimesOf, memoryOf, treePssMiB } from '../measure/process-tree.ts'
import { mean, median, spread } from '../measure/statistics.ts'
import { bundlePrograms } from '../prepare/programs.ts'
import { startAgentHost } from './agent-host.ts'

/** After the last replica became ready: compiling and first collections of garbage are no part of a day's work. */
const settleMs = 30_000

interface Round {
  readonly cpuPercent: number
  readonly ownCpuPercent: number
  readonly rssMiB: number
  readonly pssMiB: number
  readonly anonymousMiB: number
  readonly treePssMiB: number
}

const measureRound = async (pid: number, seconds: number, signal: AbortSignal): Promise<Round> => {
  const before = cpuTimesOf(pid)
  const startedMs = performance.now()
  await pause(seconds * 1000, undefined, { signal })
  const { withChildrenMs, ownMs } = cpuBetween(before, cpuTimesOf(pid))
  const elapsedMs = performance.now() - startedMs
  return {
    cpuPercent: (withChildrenMs / elapsedMs) * 100,
    ownCpuPercent: (ownMs / elapsedMs) * 100,
    ...memoryOf(pid),
    treePssMiB: treePssMiB(pid),
  }
}

/** What the agent costs its host while nothing happens: the real one, with a real controller, engine and replicas; fake GPUs. */
const measure = async (run: BenchRun): Promise<BenchResult> => {
  const rounds = run.rounds ?? 5
  const seconds = run.seconds ?? 60
  run.say('bundling the programs as they ship')
  const programs = await bundlePrograms(run.directory)
  await using host = await startAgentHost(programs, run)
  run.say(`${host.containers} replicas are ready; settling for ${settleMs / 1000} s, then ${rounds} rounds of ${seconds} s`)
  await pause(settleMs, undefined, { signal: run.signal })
  const results: Round[] = []
  for (let round = 0; round < rounds; round++) {
    const result = await measureRound(host.agentPid, seconds, run.signal)
    run.say(`round ${round + 1}: ${result.cpuPercent.toFixed(2)} % of a core, ${result.rssMiB.toFixed(1)} MiB`)
    results.push(result)
  }
  const all = (figure: (round: Round) => number) => results.map(figure)
  return {
    title: 'agent: what it costs its host while nothing happens',
    figures: {
      rssMiB: median(all(({ rssMiB }) => rssMiB)),
      pssMiB: median(all(({ pssMiB }) => pssMiB)),
      anonymousMiB: median(all(({ anonymousMiB }) => anonymousMiB)),
      treePssMiB: median(all(({ treePssMiB: tree }) => tree)),
      cpuPercentOfOneCore: mean(all(({ cpuPercent }) => cpuPercent)),
      ownCpuPercentOfOneCore: mean(all(({ ownCpuPercent }) => ownCpuPercent)),
      gpus: host.gpus,
      containers: host.containers,
    },
    tables: [
      {
        columns: ['agent', 'median (range)'],
        rows: [
          ['resident memory, MiB', spread(all(({ rssMiB }) => rssMiB))],
          ['anonymous memory, MiB', spread(all(({ anonymousMiB }) => anonymousMiB))],
          ['proportional memory, MiB', spread(all(({ pssMiB }) => pssMiB))],
          ['proportional memory with children, MiB', spread(all(({ treePssMiB: tree }) => tree))],
          [
            'CPU with children, % of one core',
            spread(
              all(({ cpuPercent }) => cpuPercent),
              2,
            ),
          ],
          [
            'CPU of the agent itself, % of one core',
            spread(
              all(({ ownCpuPercent }) => ownCpuPercent),
              2,
            ),
          ],
        ],
      },
    ],
    notes: [
      `${host.gpus} simulated GPUs: nvidia-smi is a FAKE, a shell script that looks through /proc for the holders of GPUs, and costs ten times the CPU of the real one's loop`,
      `${host.containers} replicas of a real llama-server in a real container engine, probed by the agent; the host, GPUs, containers and the metrics of every engine are looked at every 5 s, a heartbeat every 2 s`,
      `${rounds} rounds of ${seconds} s, ${settleMs / 1000} s after the last replica became ready; CPU is the mean of all rounds, one look at the inventory included`,
    ],
  }
}

export const agentBench: Bench = {
  name: 'agent',
  summary: 'memory and CPU of the agent with 8 simulated GPUs and 10 real containers (root, container engine)',
  parts: [],
  measure,
}
