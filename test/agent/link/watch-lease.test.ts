import test from 'ava'
import { Lease } from '../../../agent/link/lease.ts'
import { watchLease } from '../../../agent/link/watch-lease.ts'
import { MachineClock, Process } from '../../simulation/world/process.ts'
import { Scheduler } from '../../simulation/world/scheduler.ts'

test('a lease is told as held once it is, as lost when it ends and not before, and as held again', async (t) => {
  const scheduler = new Scheduler()
  const { clock, timers } = new Process(new MachineClock(scheduler, 1))
  const lease = new Lease()
  lease.setDuration(10_000)
  const told: string[] = []
  const stop = new AbortController()
  const watched = watchLease({ lease, clock, timers, tell: (state) => told.push(`${state} at ${clock.monotonicMs()}`) }, stop.signal)
  const renew = (seq: number, atMs: number) =>
    scheduler.after(atMs, () => {
      lease.sent(seq, clock.monotonicMs())
      lease.acknowledged(seq)
    })
  renew(1, 5_000)
  renew(2, 12_000)
  renew(3, 40_000)
  await scheduler.runUntil(45_000)
  t.deepEqual(told, ['held at 5000', 'lost at 22000', 'held at 40000'])
  stop.abort()
  await watched
})

test('an agent that starts and gets no lease counts as having lost it, so that work that must not run twice ends', async (t) => {
  const scheduler = new Scheduler()
  const { clock, timers } = new Process(new MachineClock(scheduler, 1))
  const told: string[] = []
  const stop = new AbortController()
  const tell = (state: string) => told.push(`${state} at ${clock.monotonicMs()}`)
  const watched = watchLease({ lease: new Lease(), clock, timers, tell }, stop.signal)
  await scheduler.runUntil(60_000)
  t.deepEqual(told, ['lost at 8000'])
  stop.abort()
  await watched
})
