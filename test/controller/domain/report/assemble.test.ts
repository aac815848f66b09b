import { readFile } from 'node:fs/promises'
import test from 'ava'
import fc from 'fast-check'
import { summaryOf } from '../../../../controller/domain/report/assemble.ts'
import { changesBetween } from '../../../../controller/domain/report/changes.ts'
import { clockOf } from '../../../../controller/domain/report/clock.ts'
import { fitted } from '../../../../controller/domain/report/fit.ts'
import { reportJsonSchema } from '../../../../controller/domain/report/json-schema.ts'
import { newsOf, standingOf } from '../../../../controller/domain/report/news.ts'
import { surplusReports } from '../../../../controller/domain/report/surplus.ts'
import { faultReport } from '../../../../shared/diagnosis/report.ts'
import { diagnosisOf, result, unheardOf } from '../../diagnosis/answers.ts'
import { gpuA, sampleReport, startUnixMs } from '../../report/sample.ts'

test('the published JSON Schema of reports is what the schema makes', async (t) => {
  const file = new URL('../../../../docs/schema/report.v1.json', import.meta.url)
  t.deepEqual(JSON.parse(await readFile(file, 'utf8')), JSON.parse(JSON.stringify(reportJsonSchema())))
})

test('a report fits its schema, says the worst, and is headed by the root of its incident', (t) => {
  const report = sampleReport()
  t.deepEqual(faultReport.parse(JSON.parse(JSON.stringify(report))), report)
  t.is(report.verdict, 'CRITICAL')
  t.is(report.headline?.host, 'gpu-01')
  t.is(report.headline?.finding.subject, `gpu/${gpuA}`)
  t.deepEqual(
    report.incidents.map(({ root, events, findings }) => [root.code, events.length, findings.length]),
    [['kernel.xid', 5, 1]],
  )
  t.deepEqual(summaryOf(report).hosts, ['gpu-01', 'gpu-02', 'gpu-03', 'gpu-04'])
})

test('events of a host whose clock is ahead are put back to where they belong', (t) => {
  const { timeline } = sampleReport()
  t.is(timeline.find(({ code }) => code === 'engine.nccl-timeout')?.atUnixMs, startUnixMs + 604_000 - 4_200)
})

test('a host that could not be asked makes the verdict UNKNOWN when nothing is worse, and so does one on which nothing was looked at', (t) => {
  const well = { name: 'a', diagnosis: null, problem: { code: 'HOST_UNREACHABLE', message: '' }, clock: null }
  t.is(sampleReport({ answers: [well], mesh: null }).verdict, 'UNKNOWN')
  t.is(sampleReport({ answers: [], mesh: null }).verdict, 'PASS', 'nobody was asked')
})

test("a host's clock is bounded by when it was asked and when it answered", (t) => {
  const at = (atUnixMs: number, durationMs = 0) => ({ ...result('a', [], atUnixMs), durationMs })
  t.deepEqual(clockOf([at(105), at(180, 15)], 100, 200), { aheadMs: 0, doubtMs: 5 }, 'within: taken to be right')
  t.deepEqual(clockOf([at(5_105), at(5_180, 15)], 100, 200), { aheadMs: 5_000, doubtMs: 5 })
  t.deepEqual(clockOf([at(-4_895), at(-4_820, 15)], 100, 200), { aheadMs: -5_000, doubtMs: 5 })
  t.is(clockOf([], 100, 200), null)
  t.is(clockOf([at(100), at(900)], 100, 200), null, 'it was set meanwhile')
})

test('the truth about a clock is always within its doubt', (t) => {
  const ms = fc.integer({ min: 0, max: 5_000 })
  fc.assert(
    fc.property(ms, ms, ms, fc.integer({ min: -100_000, max: 100_000 }), (before, during, after, aheadMs) => {
      const asked = 1_000_000
      const clock = clockOf([{ ...result('a', [], asked + before + aheadMs), durationMs: during }], asked, asked + before + during + after)
      t.truthy(clock)
      if (clock) t.true(Math.abs(clock.aheadMs - aheadMs) <= clock.doubtMs + 1)
    }),
  )
})

test('a report that is too large gives up the least first, says so, and keeps its findings and incidents', (t) => {
  const report = sampleReport()
  const bytes = Buffer.byteLength(JSON.stringify(report))
  t.is(fitted(report), report)
  t.deepEqual(fitted(report, bytes - 1).leftOut, ['looked'])
  const least = fitted(report, 1)
  t.deepEqual(least.leftOut, ['looked', 'mesh-evidence', 'points', 'evidence', 'events', 'series'])
  t.deepEqual(
    least.incidents.map(({ events }) => events.map((index) => least.timeline[index]?.code)),
    report.incidents.map(({ events }) => events.map((index) => report.timeline[index]?.code)),
  )
  t.is(least.headline, report.headline)
  t.deepEqual(faultReport.parse(least), least)
})

test('a lasting fault is news once; another that joins it is news; one of several that goes is not; the last one going is', (t) => {
  const standing = (...codes: string[]) =>
    standingOf({
      results: [
        result(
          'x',
          codes.map((code) => ({ ...unheardOf('host', 'WARNING'), code })),
        ),
      ],
    })
  const none = standing()
  t.is(newsOf('schedule', undefined, none), 'same')
  t.is(newsOf('schedule', undefined, standing('a')), 'appeared')
  t.is(newsOf('schedule', standing('a'), standing('a')), 'same')
  t.is(newsOf('schedule', standing('a'), standing('a', 'b')), 'appeared')
  t.is(newsOf('schedule', standing('a', 'b'), standing('a')), 'same')
  t.is(newsOf('schedule', standing('a'), none), 'gone')
  t.is(newsOf('break', standing('a'), standing('a')), 'appeared', 'a break is always news')
  t.is(newsOf('break', undefined, none), 'same', 'unless nothing was found')
})

test('the oldest reports go until both bounds hold, and the newest stays', (t) => {
  const reports = [3, 1, 2, 4].map((age) => ({ id: `r-${age}`, atUnixMs: 100 - age, bytes: 10 }))
  t.deepEqual(surplusReports(reports, { keep: 2, keepBytes: 1_000 }), ['r-3', 'r-4'])
  t.deepEqual(surplusReports(reports, { keep: 9, keepBytes: 30 }), ['r-4'])
  t.deepEqual(surplusReports(reports, { keep: 9, keepBytes: 1 }), ['r-2', 'r-3', 'r-4'])
  t.deepEqual(surplusReports([], { keep: 1, keepBytes: 1 }), [])
})

test('what changed between two reports: findings that came, went or got worse, and hosts that went away or came back', (t) => {
  const before = sampleReport()
  t.deepEqual(changesBetween(before, before), [])
  const worse = structuredClone(before)
  const [first] = worse.hosts[0]?.results[0]?.findings ?? []
  if (first) first.verdict = 'WARNING'
  t.deepEqual(
    changesBetween(before, worse).map(({ kind }) => kind),
    ['changed'],
  )
  const moved = structuredClone(before)
  const [figures] = moved.hosts[0]?.results[0]?.findings ?? []
  if (figures) figures.params = { ...figures.params, times: 2 }
  t.deepEqual(changesBetween(before, moved), [], 'figures that move are no change')
  const without = structuredClone(before)
  for (const { results } of without.hosts) for (const one of results) one.findings = []
  t.deepEqual(
    changesBetween(before, without).map(({ kind }) => kind),
    ['gone', 'gone'],
  )
  const away = structuredClone(without)
  for (const host of away.hosts) host.problem = { code: 'HOST_UNREACHABLE', message: '' }
  t.deepEqual(
    changesBetween(before, away).map(({ kind }) => kind),
    ['away', 'away', 'away'],
    'nothing is gone from a host that could not be looked at',
  )
})

test('a story that no finding speaks of makes nothing worse, and none is told of what has nothing to do with what was asked', (t) => {
  const silent = structuredClone(sampleReport())
  const answers = ['gpu-01', 'gpu-02'].map((name) => ({
    name,
    diagnosis: diagnosisOf([result('gpu.xid')], {
      events: silent.timeline.filter(({ host }) => host === name).map(({ host: _, ...event }) => event),
    }),
    problem: null,
    clock: null,
  }))
  const report = (subject: 'gpu' | 'storage') => sampleReport({ subject, answers, mesh: null })
  t.is(report('gpu').verdict, 'PASS')
  t.deepEqual(
    report('gpu').incidents.map(({ root, verdict }) => [root.code, verdict]),
    [['kernel.xid', 'INFO']],
  )
  t.deepEqual(report('storage').incidents, [])
})
