import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../../test/lab/wait.ts'
import { Random } from '../scale/random.ts'
import { Chaos, type Trouble } from './chaos.ts'
import { type Ended, type Ending, endings, planOf, SoakClient } from './client.ts'
import { SoakEngine } from './engine.ts'
import type { GatewayState } from './gateway/main.ts'
import { type GatewayProcess, startGatewayProcess, type Told } from './gateway-process.ts'

export interface SoakOptions {
  readonly seconds: number
  readonly seed: number
  readonly signal: AbortSignal
  readonly say: (text: string) => void
}

export interface SoakReport {
  readonly counts: Readonly<Record<Ending, number>>
  readonly troubles: ReadonlyMap<Trouble, number>
  /** Everything that should not have been; empty when all is well. */
  readonly problems: readonly string[]
  readonly before: GatewayState
  readonly after: GatewayState
}

const engineCount = 6
const clientCount = 40
const troubleEveryMs = 500
/** Longer than connections to engines are kept. */
const settleMs = 6_000
const warmSeconds = 5
/** What code that ran for the first time, and its caches, may keep. */
const moreHeapMiB = 12

/** Which ends of the gateway's fit to one of the client's. Who leaves may do so before, while and behind an answer. */
const fits: Readonly<Record<Ending, (told: Told) => boolean>> = {
  answered: ({ outcome, status }) => outcome === 'answered' && status === 200,
  left: ({ outcome }) => ['client_gone', 'answered', 'refused', 'failed', 'cut'].includes(outcome),
  refused: ({ outcome, status }) => outcome !== 'answered' && (status === 429 || status === 503),
  failed: ({ outcome, status }) => outcome === 'failed' && (status === 502 || status === 504),
  cut: ({ outcome }) => outcome === 'cut',
  hung: () => false,
  unexplained: () => false,
}

/** What is wrong with how one request ended, on both sides of the gateway. */
const problemOf = (ended: Ended, told: readonly Told[], engines: readonly SoakEngine[]): string | undefined => {
  const { id, ending, status, text, replica, sentMs, endMs } = ended
  const words = `${id} ended ${ending} (${status} of '${replica}': ${JSON.stringify(text)})`
  if (ending === 'hung' || ending === 'unexplained') return words
  if (told.length > 1 || (told.length === 0 && ending !== 'left')) return `${words}, and the gateway told of it ${told.length} times`
  if (told[0] && !fits[ending](told[0])) return `${words}, and the gateway says ${JSON.stringify(told[0])}`
  const broke = engines.find((engine) => engine.id === replica)?.brokeMs.some((atMs) => atMs >= sentMs && atMs <= endMs + 100)
  return ending === 'cut' && !broke ? `${words}, and its engine had not broken off` : undefined
}

/** Clients without a pause until the signal aborts, each with its own stream of chances. */
const load = async (gateway: GatewayProcess, name: string, seed: number, ended: Ended[], signal: AbortSignal): Promise<void> => {
  const client = async (number: number) => {
    using connections = new SoakClient(gateway.port)
    const random = new Random(seed * 1_000 + number)
    for (let count = 0; !signal.aborted; count++) ended.push(await connections.ask(`${name}-${number}-${count}`, planOf(random)))
  }
  await Promise.all(Array.from({ length: clientCount }, (_, number) => client(number)))
}

const atRest = async (gateway: GatewayProcess): Promise<GatewayState> => {
  const idle = ({ outstanding, waiting, open }: GatewayState) =>
    Object.values(outstanding).every((count) => count === 0) && waiting === 0 && open === 0
  await eventually(async () => idle(await gateway.state()), { deadlineMs: 30_000, what: 'nothing to be outstanding' })
  await pause(settleMs)
  return gateway.state(true)
}

/** Load on replicas that die, drain, are slow and come back, with clients that leave at random; then the books are checked. */
export const soak = async ({ seconds, seed, signal, say }: SoakOptions): Promise<SoakReport> => {
  await using gateway = await startGatewayProcess()
  const engines = Array.from({ length: engineCount }, (_, number) => new SoakEngine(`r${number}`, new Random(seed * 100 + number)))
  await using opened = new AsyncDisposableStack()
  for (const engine of engines) opened.defer(() => engine.kill())
  await Promise.all(engines.map((engine) => engine.start()))
  const chaos = new Chaos(gateway, engines, new Random(seed))
  chaos.publish()
  const ended: Ended[] = []
  const problems: string[] = []

  await load(gateway, 'warm', seed, ended, AbortSignal.any([signal, AbortSignal.timeout(warmSeconds * 1_000)]))
  const before = await atRest(gateway)
  say(`warm: heap ${before.heapMiB.toFixed(1)} MiB, ${ended.length} requests`)
  const over = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)])
  const telling = setInterval(() => say(`${ended.length} requests, ${chaos.counts.values().reduce((a, b) => a + b, 0)} troubles`), 60_000)
  await Promise.all([load(gateway, 'soak', seed + 1, ended, over), chaos.run(troubleEveryMs, over)])
  clearInterval(telling)
  signal.throwIfAborted()
  const after = await atRest(gateway).catch(async (error: unknown) => {
    problems.push(String(error))
    return gateway.state(true)
  })

  const counts = Object.fromEntries(endings.map((ending) => [ending, 0])) as Record<Ending, number>
  for (const one of ended) {
    counts[one.ending]++
    const problem = problemOf(one, gateway.told.get(one.id) ?? [], engines)
    if (problem !== undefined) problems.push(problem)
  }
  const known = new Set(ended.map(({ id }) => id))
  for (const id of gateway.told.keys()) if (!known.has(id)) problems.push(`the gateway told of ${id}, which nobody sent`)
  problems.push(...chaos.broken)
  if (after.heapMiB > before.heapMiB + moreHeapMiB)
    problems.push(`the heap went from ${before.heapMiB.toFixed(1)} to ${after.heapMiB.toFixed(1)} MiB`)
  if (after.files > before.files + 4) problems.push(`open files went from ${before.files} to ${after.files}`)
  return { counts, troubles: chaos.counts, problems, before, after }
}
