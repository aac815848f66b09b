import test from 'ava'
import { MetricsBoard } from '../../../../agent/observe/metrics/board.ts'
import type { Collector } from '../../../../agent/observe/metrics/collector.ts'
import { MetricsSampler } from '../../../../agent/observe/metrics/sampler.ts'
import { silentLog } from '../../../../shared/log/log.ts'

const never = new AbortController().signal

const world = (collectors: readonly Collector[]) => {
  let nowMs = 0
  const board = new MetricsBoard()
  const rounds: number[] = []
  const clock = { monotonicMs: () => nowMs, unixMs: () => 1_000_000 + nowMs }
  const sampler = new MetricsSampler({ board, collectors, intervalMs: 5_000, clock, log: silentLog, onRound: (at) => rounds.push(at) })
  return {
    rounds,
    board,
    round: async (passedMs = 5_000) => {
      nowMs += passedMs
      await sampler.round(never)
      return new Map(board.series().map(({ name, labels, value }) => [`${name}/${labels.join('/')}`, value]))
    },
  }
}

const nic = (name: string, everyMs = 0): Collector & { looks: number } => ({
  name,
  everyMs,
  looks: 0,
  collect() {
    this.looks += 1
    const { looks } = this
    return (set) => set('hostler_nic_receive_packets_total', [name], looks)
  },
})

test('a collector that hangs holds up nobody: its figures stay and age, and it is not asked twice', async (t) => {
  let release = () => {}
  let hang = false
  let looks = 0
  const hanging: Collector = {
    name: 'hanging',
    everyMs: 0,
    collect: async () => {
      looks += 1
      if (hang) await new Promise<void>((resolve) => (release = resolve))
      return (set) => set('hostler_nic_up', ['hanging'], looks)
    },
  }
  const { round, rounds } = world([hanging, nic('fine')])
  t.is((await round()).get('hostler_nic_up/hanging'), 1)
  hang = true
  await round()
  const stuck = await round()
  t.is(looks, 2)
  t.is(stuck.get('hostler_nic_up/hanging'), 1)
  t.is(stuck.get('hostler_agent_collector_age_seconds/hanging'), 10)
  t.is(stuck.get('hostler_nic_receive_packets_total/fine'), 3)
  t.is(stuck.get('hostler_agent_collector_age_seconds/fine'), 0)
  t.is(rounds.length, 3)
  hang = false
  release()
  await round()
  t.is((await round()).get('hostler_nic_up/hanging'), 3)
})

test('a collector that fails loses its figures until it works again, and is counted', async (t) => {
  let fail = false
  const failing: Collector = {
    name: 'failing',
    everyMs: 0,
    collect: () => {
      if (fail) throw new Error('no such file')
      return (set) => set('hostler_nic_up', ['x'], 1)
    },
  }
  const { round } = world([failing])
  t.is((await round()).get('hostler_nic_up/x'), 1)
  fail = true
  const failed = await round()
  t.false(failed.has('hostler_nic_up/x'))
  t.is(failed.get('hostler_agent_collector_failures_total/failing'), 1)
  fail = false
  t.is((await round()).get('hostler_nic_up/x'), 1)
})

test('what is dear is looked at seldom, and keeps its figures in between', async (t) => {
  const dear = nic('dear', 15_000)
  const cheap = nic('cheap')
  const { round } = world([dear, cheap])
  for (let index = 0; index < 7; index++) t.true((await round()).has('hostler_nic_receive_packets_total/dear'))
  t.is(cheap.looks, 7)
  t.is(dear.looks, 3)
})
