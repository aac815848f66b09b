import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openSqliteStore } from '../../controller/store/sqlite-store.ts'
import type { Store, StoreChange } from '../../controller/store/store.ts'
import type { Bench, BenchResult, BenchRun } from '../bench.ts'
import { median, quantile, spread } from '../measure/statistics.ts'

const together = 64
const warmUp = 50

const eventNumber = (number: number): StoreChange => ({
  kind: 'addEvent',
  atUnixMs: 1_700_000_000_000 + number,
  event: { level: 'info', reason: 'Bench', subject: 'deployment/bench', message: `event number ${number} of a bench` },
})

type Commit = (number: number) => unknown

/** How long each of these commits took, one after another, in milliseconds. */
const oneByOne = async (commit: Commit, count: number): Promise<readonly number[]> => {
  const tookMs: number[] = []
  for (let number = 0; number < count; number++) {
    const startedMs = performance.now()
    await commit(number)
    tookMs.push(performance.now() - startedMs)
  }
  return tookMs
}

/** Commits a second when `together` of them wait at any time. */
const atOnce = async (store: Store, seconds: number): Promise<number> => {
  const startedMs = performance.now()
  const endMs = startedMs + seconds * 1000
  let count = 0
  const client = async () => {
    for (; performance.now() < endMs; count++) await store.commit([eventNumber(count)])
  }
  await Promise.all(Array.from({ length: together }, client))
  return count / ((performance.now() - startedMs) / 1000)
}

/** The least that SQLite takes on this disk: Node's own binding, synchronous, one table, the same durability. */
const openBare = (file: string): Disposable & { readonly commit: Commit } => {
  const database = new DatabaseSync(file)
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE events (id INTEGER PRIMARY KEY, at INTEGER, message TEXT)',
  )
  const insert = database.prepare('INSERT INTO events (at, message) VALUES (?, ?)')
  return {
    commit: (number) => insert.run(1_700_000_000_000 + number, `event number ${number} of a bench`),
    [Symbol.dispose]: () => database.close(),
  }
}

const measure = async (run: BenchRun): Promise<BenchResult> => {
  const rounds = run.rounds ?? 5
  const seconds = run.seconds ?? 2
  const commits = seconds * 200
  await using store = await openSqliteStore(join(run.directory, 'hostler.db'), { nowUnixMs: 0 })
  using bare = openBare(join(run.directory, 'bare.db'))
  const ours: Commit = (number) => store.commit([eventNumber(number)])
  await oneByOne(ours, warmUp)
  await oneByOne(bare.commit, warmUp)
  const oursMs: (readonly number[])[] = []
  const bareMs: (readonly number[])[] = []
  const perSecond: number[] = []
  for (let round = 0; round < rounds; round++) {
    run.signal.throwIfAborted()
    run.say(`round ${round + 1}: ${commits} commits one by one, then ${together} at a time for ${seconds} s`)
    oursMs.push(await oneByOne(ours, commits))
    bareMs.push(await oneByOne(bare.commit, commits))
    perSecond.push(await atOnce(store, seconds))
  }
  const ofRounds = (all: readonly (readonly number[])[], share: number) => all.map((tookMs) => quantile(tookMs, share))
  const row = (name: string, all: readonly (readonly number[])[]) => [name, spread(ofRounds(all, 0.5), 2), spread(ofRounds(all, 0.99), 2)]
  return {
    title: 'store: what one durable change costs',
    figures: {
      commitP50Ms: median(ofRounds(oursMs, 0.5)),
      commitP99Ms: median(ofRounds(oursMs, 0.99)),
      bareSqliteCommitP50Ms: median(ofRounds(bareMs, 0.5)),
      bareSqliteCommitP99Ms: median(ofRounds(bareMs, 0.99)),
      commitP50VsBareSqlite: median(ofRounds(oursMs, 0.5)) / median(ofRounds(bareMs, 0.5)),
      batchedCommitsPerSecond: median(perSecond),
    },
    tables: [
      {
        columns: ['one commit at a time', 'P50 ms: median (range)', 'P99 ms: median (range)'],
        rows: [row('hostler', oursMs), row('bare SQLite', bareMs)],
      },
    ],
    notes: [
      `${rounds} rounds of ${commits} commits, each durable before the next begins; the disk decides most of it`,
      `batchedCommitsPerSecond: ${together} commits wait at any time; those that wait together share a transaction`,
    ],
  }
}

export const storeBench: Bench = {
  name: 'store',
  summary: 'latency of a durable commit, beside bare SQLite on the same disk',
  parts: [],
  measure,
}
