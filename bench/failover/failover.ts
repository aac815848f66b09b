import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../../test/lab/wait.ts'
import { type Bench, type BenchResult, type BenchRun, isAsked } from '../bench.ts'
import { median, spread } from '../measure/statistics.ts'
import { type Away, awayAfter, metTrouble } from './away.ts'
import { type FailoverFleet, model, startFailoverFleet } from './fleet.ts'
import { OpenLoop } from './open-loop.ts'

const everyMs = 200
/** Sent at one moment, so that every replica has some of them. */
const together = 3
const tokens = 100
/** Of traffic before each fault, which says what is usual. */
const calmMs = 5_000
/** After it, for what it may hold up. */
const watchedMs = 10_000
const deadlineMs = 120_000
/** The defaults of lease.durationMs and lease.graceMs. */
const leaseAndGraceSeconds = 40

interface Replaced extends Away {
  /** From the fault until another host's replica served. */
  readonly replacementSeconds: number
  /** Of them, from the replacement's start until it served. */
  readonly engineStartSeconds: number
}

interface Context extends FailoverFleet {
  readonly loop: OpenLoop
  readonly run: BenchRun
}

const awaySince = ({ loop, fleet }: Context, faultMs: number): Away => {
  const since = loop.asked.filter(({ sentMs }) => sentMs > faultMs - calmMs)
  return awayAfter(since, metTrouble(fleet.gatewayProcess().stdout), faultMs, performance.now())
}

const killEngine = async (context: Context): Promise<Away> => {
  const { run, loop, settled, memberOf, replicas } = context
  const [victim] = await settled()
  if (!victim) throw new Error('no replica serves')
  const { docker } = memberOf(victim).host
  const [container] = await docker.listContainers({ filters: { label: [`hostler.replica=${victim.id}`] } })
  if (!container) throw new Error(`no container of ${victim.id}`)
  const { State } = await docker.getContainer(container.Id).inspect()
  await pause(calmMs, undefined, { signal: run.signal })
  const underWay = () => loop.asked.slice(-together).every(({ endMs }) => endMs === undefined)
  await eventually(underWay, { deadlineMs, what: 'requests to be under way', everyMs: 1, signal: run.signal })
  process.kill(State.Pid, 'SIGKILL')
  const faultMs = performance.now()
  await pause(watchedMs, undefined, { signal: run.signal })
  const away = awaySince(context, faultMs)
  await eventually(
    async () => (await replicas()).some(({ id, routed, restarts }) => id === victim.id && routed && restarts > victim.restarts),
    {
      deadlineMs,
      what: `${victim.id} to serve again`,
      signal: run.signal,
    },
  )
  return away
}

const cutHost = async (context: Context): Promise<Replaced> => {
  const { run, settled, memberOf, replicas } = context
  const before = await settled()
  const [victim] = before
  if (!victim) throw new Error('no replica serves')
  const { link } = memberOf(victim).host
  await pause(calmMs, undefined, { signal: run.signal })
  await link.cut()
  const faultMs = performance.now()
  const successor = async () => (await replicas()).find(({ id }) => !before.some((known) => known.id === id))
  const options = { deadlineMs, signal: run.signal, everyMs: 50 }
  await eventually(successor, { ...options, what: 'a replacement to be placed' })
  const placedMs = performance.now()
  await eventually(async () => (await successor())?.routed, { ...options, what: 'a replacement to serve' })
  const servingMs = performance.now()
  const away = awaySince(context, faultMs)
  await link.restore()
  return { ...away, replacementSeconds: (servingMs - faultMs) / 1_000, engineStartSeconds: (servingMs - placedMs) / 1_000 }
}

const measure = async (run: BenchRun): Promise<BenchResult> => {
  const rounds = run.rounds ?? 3
  await using world = await startFailoverFleet(run)
  await world.settled()
  run.say('two replicas serve; requests begin')
  const loop = new OpenLoop({ origin: world.fleet.origin, apiKey: world.apiKey, model, everyMs, together, tokens })
  await using _load = { [Symbol.asyncDispose]: () => loop.stop() }
  const context: Context = { ...world, loop, run }
  const refused: Away[] = []
  const silent: Replaced[] = []
  for (let round = 1; round <= rounds; round++) {
    if (isAsked(run, 'refused')) {
      const away = await killEngine(context)
      refused.push(away)
      run.say(`round ${round}, kill -9 of an engine: away after ${away.awayMs.toFixed(0)} ms`)
    }
    if (isAsked(run, 'silent')) {
      const away = await cutHost(context)
      silent.push(away)
      run.say(
        `round ${round}, cable pulled: away after ${away.awayMs.toFixed(0)} ms, replaced after ${away.replacementSeconds.toFixed(1)} s`,
      )
    }
  }
  const failed = loop.asked.filter((one) => one.failed !== undefined)
  if (failed.length > 0) throw new Error(`${failed.length} of ${loop.asked.length} requests failed, such as: ${failed[0]?.failed}`)

  const figures = ['awayMs', 'longestMs', 'sentAgain', 'heldUp'] as const
  const row = (what: string, all: readonly Away[]) => [
    what,
    ...figures.map((figure) =>
      spread(
        all.map((away) => away[figure]),
        0,
      ),
    ),
  ]
  const of = <One>(all: readonly One[], figure: (one: One) => number) => median(all.map(figure))
  return {
    title: 'failover: how long a dead replica and a silent host are felt',
    figures: {
      ...(refused.length > 0 && { awayAfterRefusedMs: of(refused, ({ awayMs }) => awayMs) }),
      ...(silent.length > 0 && {
        awayAfterSilenceMs: of(silent, ({ awayMs }) => awayMs),
        replacementServingSeconds: of(silent, ({ replacementSeconds }) => replacementSeconds),
        leaseAndGraceSeconds,
        engineStartSeconds: of(silent, ({ engineStartSeconds }) => engineStartSeconds),
      }),
      requests: loop.asked.length,
    },
    tables: [
      {
        columns: ['fault', 'last request felt it until, ms', 'longest of them, ms', 'requests sent again', 'held up'],
        rows: [
          ...(refused.length > 0 ? [row('kill -9 of an engine', refused)] : []),
          ...(silent.length > 0 ? [row('cable of a host pulled', silent)] : []),
        ],
      },
    ],
    notes: [
      `${together} requests every ${everyMs} ms, ${tokens} tokens each, not streamed, at one gateway with two replicas of a real llama-server on two of three hosts; every setting is the default`,
      'sent again: an attempt failed; held up: of those the ones that took over 50 ms more than the P99 before the fault. A refused connection holds nobody up: the request is sent on at once. None failed for its client, or there would be no figures',
      'replaced: from the cut until a replica on another host serves; engine start: from its placement until then, warm probe included',
    ],
  }
}

export const failoverBench: Bench = {
  name: 'failover',
  summary: 'from kill -9 of an engine, and from a pulled cable, until no request feels it (root, container engine)',
  parts: ['refused', 'silent'],
  measure,
}
