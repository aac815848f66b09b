import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { Timeline } from '../../../agent/diagnose/timeline.ts'
import type { TimelineEvent } from '../../../shared/diagnosis/timeline.ts'
import { silentLog } from '../../../shared/log/log.ts'
import { scratchDirectory } from '../../support/scratch.ts'

const weekMs = 7 * 24 * 3_600_000

const event = (atUnixMs: number, line: string): TimelineEvent => ({
  atUnixMs,
  line,
  source: 'kernel',
  code: 'kernel.test',
  subject: 'host',
  params: {},
})

test('Events stand in the order of their time, whatever the order in which they were seen, and each stands once', async (t) => {
  await using directory = await scratchDirectory()
  const timeline = await Timeline.open(join(directory.path, 'timeline.json'), silentLog)
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 1_000_000 }), { maxLength: 50 }), (times) => {
      for (const time of times) timeline.add(event(time, `line of ${time}`))
      const all = timeline.between(0, 1_000_000)
      t.deepEqual(
        all.map(({ atUnixMs }) => atUnixMs),
        all.map(({ atUnixMs }) => atUnixMs).toSorted((a, b) => a - b),
      )
      t.is(new Set(all.map(({ line }) => line)).size, all.length)
    }),
  )
})

test('What the kernel tells again after a restart of the agent is not news', async (t) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'timeline.json')
  const before = await Timeline.open(file, silentLog)
  t.true(before.add(event(1_000, 'Xid 79')))
  await before.save()
  const after = await Timeline.open(file, silentLog)
  const heard: TimelineEvent[] = []
  after.onEvent((news) => heard.push(news))
  // The kernel's clock and the wall clock differ by a little from boot to boot of the agent.
  t.false(after.add(event(1_400, 'Xid 79')))
  t.true(after.add(event(1_400, 'Xid 48')))
  t.deepEqual(
    heard.map(({ line }) => line),
    ['Xid 48'],
  )
})

test('Events older than a week, and more than 2,000 of them, go', async (t) => {
  await using directory = await scratchDirectory()
  const timeline = await Timeline.open(join(directory.path, 'timeline.json'), silentLog)
  timeline.add(event(0, 'old'))
  for (let index = 0; index < 2_500; index += 1) timeline.add(event(weekMs + 1 + index, `line ${index}`))
  const all = timeline.between(0, Number.MAX_SAFE_INTEGER)
  t.is(all.length, 2_000)
  t.is(all[0]?.line, 'line 500')
})

test('A file that is torn is no timeline, and is written anew', async (t) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'timeline.json')
  await writeFile(file, '{"format":1,"events":[{"atUnix')
  const timeline = await Timeline.open(file, silentLog)
  t.deepEqual(timeline.between(0, Number.MAX_SAFE_INTEGER), [])
  timeline.add(event(1_000, 'news'))
  await timeline.save()
  t.is((await Timeline.open(file, silentLog)).between(0, 2_000).length, 1)
})
