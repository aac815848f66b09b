import { randomBytes } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { KernelWatch } from '../../../../agent/diagnose/kmsg/watch.ts'
import { systemClock } from '../../../../shared/clock/clock.ts'
import type { TimelineEvent } from '../../../../shared/diagnosis/timeline.ts'
import { silentLog } from '../../../../shared/log/log.ts'
import { labTest } from '../../../lab/requires.ts'
import { eventually } from '../../../lab/wait.ts'
import { scratchDirectory } from '../../../support/scratch.ts'

const asRoot = labTest(test.serial, { root: true })

/** Opened for each line: the kernel limits how fast one open file may write. */
const say = (line: string) => writeFileSync('/dev/kmsg', `${line}\n`, { flag: 'a' })

const watching = (t: ExecutionContext, path?: string) => {
  const events: TimelineEvent[] = []
  const stop = new AbortController()
  const watch = new KernelWatch({
    whose: { gpuAt: () => '', replicaOf: () => '' },
    onEvent: (event) => events.push(event),
    clock: systemClock,
    log: silentLog,
    pollMs: 20,
    ...(path === undefined ? {} : { path }),
  })
  const done = watch.run(stop.signal)
  const end = async () => {
    stop.abort()
    await done
  }
  t.teardown(end)
  return { events, watch, end }
}

const token = () => `t${randomBytes(6).toString('hex')}`

asRoot('Lines that are really written to the kernel log become events with the time at which they were written', async (t) => {
  const name = token()
  const { events, watch } = watching(t)
  await eventually(() => watch.state.reading, { deadlineMs: 5_000, what: 'the log to be open' })
  const beforeMs = Date.now()
  say(`NVRM: Xid (PCI:0000:7f:00): 79, pid=4242, name=${name}, GPU has fallen off the bus.`)
  const event = await eventually(() => events.find(({ params }) => params.process === name), { deadlineMs: 10_000, what: 'the Xid' })
  t.like(event, { code: 'kernel.xid', subject: 'gpu/0000:7f:00.0' })
  t.like(event.params, { code: 79, pid: 4242 })
  t.true(event.atUnixMs >= beforeMs - 2_000 && event.atUnixMs <= Date.now(), `${event.atUnixMs} ${beforeMs}`)
})

asRoot('What was written before the watch began is read once, in its order', async (t) => {
  const name = token()
  say(`INFO: task ${name}:31 blocked for more than 120 seconds.`)
  say(`nvme nvme7: I/O 832 QID 5 timeout, aborting ${name}`)
  const { events } = watching(t)
  const mine = () => events.filter(({ line }) => line.includes(name))
  await eventually(() => mine().length === 2, { deadlineMs: 10_000, what: 'both lines' })
  t.deepEqual(
    mine().map(({ code }) => code),
    ['kernel.hung-task', 'kernel.nvme-timeout'],
  )
  say(`NVRM: Xid (PCI:0000:7e:00): 31, pid=1, name=${name}, MMU Fault`)
  await eventually(() => mine().length === 3, { deadlineMs: 10_000, what: 'the third line' })
})

asRoot('A burst of lines is read to its end while the event loop keeps turning', async (t) => {
  const name = token()
  const { events, watch } = watching(t)
  await eventually(() => watch.state.reading, { deadlineMs: 5_000, what: 'the log to be open' })
  let turns = 0
  const turning = setInterval(() => {
    turns += 1
  }, 1)
  t.teardown(() => clearInterval(turning))
  for (let at = 0; at < 500; at += 1) say(`${name} ${at} says nothing`)
  say(`XFS (${name}): Filesystem has been shut down due to log error (0x2).`)
  const event = await eventually(() => events.find(({ params }) => params.device === name), {
    deadlineMs: 20_000,
    what: 'the line after the burst',
  })
  t.is(event.code, 'kernel.xfs-shutdown')
  t.true(turns > 0)
})

test('A log that may not be read is said to be so, with the reason, and is not taken for an empty one', async (t) => {
  await using scratch = await scratchDirectory()
  const path = join(scratch.path, 'no-such-log')
  const missing = watching(t, path)
  await eventually(() => missing.watch.state.errno === 'ENOENT', { deadlineMs: 5_000, what: 'the missing log to be noticed' })
  t.false(missing.watch.state.reading)
  await missing.end()
  if (process.getuid?.() === 0) return
  writeFileSync(path, '')
  chmodSync(path, 0)
  const forbidden = watching(t, path)
  await eventually(() => forbidden.watch.state.errno === 'EACCES', { deadlineMs: 5_000, what: 'the forbidden log to be noticed' })
  await forbidden.end()
})
