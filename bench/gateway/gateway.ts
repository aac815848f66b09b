import { type Bench, type BenchResult, type BenchRun, type Figures, isAsked, type Table } from '../bench.ts'
import { ensurePackages, haproxyPackage, nginxPackage, wrkPackage } from '../prepare/packages.ts'
import { bundlePrograms } from '../prepare/programs.ts'
import { startEngines } from './engines.ts'
import { startHaproxy } from './haproxy.ts'
import { startHostler } from './hostler.ts'
import { measureLatency } from './latency.ts'
import { measureMemory } from './memory.ts'
import { startNginx } from './nginx.ts'
import { startPortkey } from './portkey.ts'
import { measureRequests } from './requests.ts'
import { measureStreams } from './streams.ts'
import type { Contest } from './target.ts'

export interface PartResult {
  readonly figures: Figures
  readonly table: Table
  readonly notes: readonly string[]
}

const parts = {
  requests: measureRequests,
  latency: measureLatency,
  streams: measureStreams,
  memory: measureMemory,
} as const satisfies Record<string, (contest: Contest, run: BenchRun) => Promise<PartResult>>

/** Each part has gateways of its own, so that none is measured with what another part left in its memory. */
const measurePart = async (contest: Omit<Contest, 'targets'>, run: BenchRun, part: keyof typeof parts): Promise<PartResult> => {
  await using targets = new AsyncDisposableStack()
  const started = []
  const starts = [startHostler, startNginx, startHaproxy, ...(part === 'requests' ? [startPortkey] : [])]
  for (const start of starts) started.push(targets.use(await start(contest, run)))
  // Awaited here, while the gateways run.
  return await parts[part]({ ...contest, targets: started }, run)
}

const measure = async (run: BenchRun): Promise<BenchResult> => {
  await ensurePackages([nginxPackage, haproxyPackage, wrkPackage], run.say)
  run.say('bundling the programs as they ship')
  const programs = await bundlePrograms(run.directory)
  await using engines = await startEngines(run.directory)
  const results: PartResult[] = []
  for (const part of Object.keys(parts) as (keyof typeof parts)[]) {
    if (isAsked(run, part)) results.push(await measurePart({ programs, engines }, run, part))
  }
  return {
    title: 'gateway: what passing a request on costs, beside nginx, HAProxy and Portkey',
    figures: Object.assign({}, ...results.map(({ figures }) => figures)),
    tables: results.map(({ table }) => table),
    notes: results.flatMap(({ notes }) => notes),
  }
}

export const gatewayBench: Bench = {
  name: 'gateway',
  summary: 'CPU per request and per streamed chunk, latency added, memory per stream; nginx, HAProxy and Portkey beside it',
  parts: Object.keys(parts),
  measure,
}
