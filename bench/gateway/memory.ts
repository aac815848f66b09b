import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../../test/lab/wait.ts'
import type { BenchRun } from '../bench.ts'
import { treePssMiB } from '../measure/process-tree.ts'
import type { PartResult } from './gateway.ts'
import { StreamClients } from './stream-clients.ts'
import type { Contest, Target } from './target.ts'

const streams = 5_000
const warmUpStreams = 100
const intervalMs = 1_000

interface Weighed {
  readonly baseMiB: number
  readonly loadedMiB: number
  /** Streams in which nothing arrived for three intervals. */
  readonly stalled: number
}

const open = async (target: Target, count: number, signal: AbortSignal): Promise<StreamClients> => {
  const clients = new StreamClients(target, count, intervalMs)
  try {
    await eventually(() => clients.lost > 0 || clients.perStream.every((events) => events >= 2), {
      deadlineMs: 60_000,
      what: `${count} streams through ${target.name} to run`,
      signal,
    })
    if (clients.lost > 0) throw new Error(`${target.name} lost ${clients.lost} of ${count} streams: ${clients.firstProblem}`)
    return clients
  } catch (error) {
    clients[Symbol.dispose]()
    throw error
  }
}

const weigh = async (target: Target, seconds: number, signal: AbortSignal): Promise<Weighed> => {
  {
    // Code that is loaded or compiled at first use is no part of a stream.
    using _ = await open(target, warmUpStreams, signal)
  }
  await pause(1_000, undefined, { signal })
  const baseMiB = treePssMiB(target.pid)
  using clients = await open(target, streams, signal)
  await pause(seconds * 1000, undefined, { signal })
  const before = clients.perStream
  await pause(3 * intervalMs, undefined, { signal })
  const stalled = clients.perStream.filter((events, at) => events === before[at]).length
  if (clients.lost > 0) throw new Error(`${target.name} lost ${clients.lost} of ${streams} streams: ${clients.firstProblem}`)
  return { baseMiB, loadedMiB: treePssMiB(target.pid), stalled }
}

const kibPerStream = ({ baseMiB, loadedMiB }: Weighed): number => ((loadedMiB - baseMiB) * 1024) / streams

/** Memory per open stream, beyond the base, of each gateway. Once: memory is not as noisy as time. */
export const measureMemory = async ({ targets }: Contest, run: BenchRun): Promise<PartResult> => {
  run.say(`memory: ${streams} streams through each of ${targets.map(({ name }) => name).join(', ')}`)
  const results = new Map<Target['name'], Weighed>()
  for (const target of targets) results.set(target.name, await weigh(target, run.seconds ?? 10, run.signal))
  const [hostler, nginx, haproxy] = (['hostler', 'nginx', 'haproxy'] as const).map((name) => results.get(name))
  return {
    figures: {
      ...(hostler && { baseMiB: hostler.baseMiB, kibPerStream: kibPerStream(hostler), stalledStreams: hostler.stalled }),
      ...(nginx && { nginxBaseMiB: nginx.baseMiB, nginxKibPerStream: kibPerStream(nginx) }),
      ...(haproxy && { haproxyBaseMiB: haproxy.baseMiB, haproxyKibPerStream: kibPerStream(haproxy) }),
    },
    table: {
      columns: ['memory', 'base MiB', `with ${streams} streams MiB`, 'KiB per stream', 'stalled'],
      rows: [...results].map(([name, weighed]) => [
        name,
        weighed.baseMiB.toFixed(1),
        weighed.loadedMiB.toFixed(1),
        kibPerStream(weighed).toFixed(1),
        String(weighed.stalled),
      ]),
    },
    notes: [`memory: proportional set size of the gateway's processes; ${streams} streams of one event a second`],
  }
}
