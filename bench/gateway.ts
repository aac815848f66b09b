import type { Bench } from './bench.ts'
import { closedLoop, openLoop, percentile, streams } from './gateway/load.ts'
import { type Part, startPart } from './gateway/process.ts'

const round = (value: number, digits = 1): number => Number(value.toFixed(digits))

const cpuPerRequestUs = async (proxy: Part): Promise<{ readonly cpuUs: number; readonly perSecond: number }> => {
  await closedLoop(proxy.origin, 64, 2)
  const before = await proxy.usage()
  const seconds = 5
  const count = await closedLoop(proxy.origin, 64, seconds)
  const after = await proxy.usage()
  return { cpuUs: (after.cpuUs - before.cpuUs) / count, perSecond: count / seconds }
}

const perStream = async (proxy: Part, count: number, chunks: number): Promise<{ readonly cpuPerChunkUs: number; readonly kib: number }> => {
  const before = await proxy.usage()
  let kib = 0
  await streams(proxy.origin, count, chunks, async () => {
    kib = ((await proxy.usage()).rssBytes - before.rssBytes) / 1024 / count
  })
  const after = await proxy.usage()
  return { cpuPerChunkUs: (after.cpuUs - before.cpuUs) / (count * chunks), kib }
}

/** What the gateway costs, beside a bare proxy of Node's own http that does nothing else, in one run on one machine. */
export const bench: Bench = async ({ say }) => {
  await using engine = await startPart('engine')
  await using hostler = await startPart('hostler', engine.origin)
  await using bare = await startPart('bare', engine.origin)
  say('64 keep-alive connections, one request after another on each')
  const ours = await cpuPerRequestUs(hostler)
  const theirs = await cpuPerRequestUs(bare)
  say('200 streams of 50 chunks a second')
  const ourStreams = await perStream(hostler, 200, 150)
  const theirStreams = await perStream(bare, 200, 150)
  const ratePerSecond = Math.max(50, Math.floor(ours.perSecond / 10))
  say(`open loop at ${ratePerSecond} requests a second, against the engine alone`)
  const direct = await openLoop(engine.origin, ratePerSecond, 5)
  const through = await openLoop(hostler.origin, ratePerSecond, 5)
  return {
    cpuPerRequestUs: round(ours.cpuUs),
    bareCpuPerRequestUs: round(theirs.cpuUs),
    cpuPerRequestVsBare: round(ours.cpuUs / theirs.cpuUs, 2),
    requestsPerSecond: round(ours.perSecond, 0),
    cpuPerChunkUs: round(ourStreams.cpuPerChunkUs),
    bareCpuPerChunkUs: round(theirStreams.cpuPerChunkUs),
    cpuPerChunkVsBare: round(ourStreams.cpuPerChunkUs / theirStreams.cpuPerChunkUs, 2),
    kibPerStream: round(ourStreams.kib),
    addedP50Ms: round(percentile(through, 0.5) - percentile(direct, 0.5), 2),
    addedP99Ms: round(percentile(through, 0.99) - percentile(direct, 0.99), 2),
  }
}
