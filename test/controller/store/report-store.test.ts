import test from 'ava'
import { Reports } from '../../../controller/usecases/reports.ts'
import { openTestLedger } from '../../support/ledger.ts'
import { sampleReport } from '../report/sample.ts'

const bounds = { keep: 3, keepBytes: 1e9 }
const report = (n: number) => sampleReport({ id: `r-${n}`, atUnixMs: 1_000 + n })

test('a report comes back as it was kept, also after the store was opened again', async (t) => {
  await using opened = await openTestLedger()
  const reports = await Reports.open(opened.store.reports, bounds)
  await reports.keep({ report: report(1), standing: { id: 'h-1/gpu', verdict: 'WARNING', faults: ['a b'] } })
  const again = await Reports.open(opened.store.reports, bounds)
  t.deepEqual(JSON.parse(await again.document('r-1')), JSON.parse(JSON.stringify(report(1))))
  t.deepEqual(again.list({ limit: 0, subject: '', host: '' }), reports.list({ limit: 0, subject: '', host: '' }))
  t.deepEqual(again.standing('h-1/gpu'), { id: 'h-1/gpu', verdict: 'WARNING', faults: ['a b'] })
  await t.throwsAsync(again.document('r-9'), { code: 'NOT_FOUND', message: /hostler report list/ })
  t.is(JSON.parse(await again.document('latest')).id, 'r-1')
})

test('reports are bounded by count and by bytes, on disk too', async (t) => {
  await using opened = await openTestLedger()
  const reports = await Reports.open(opened.store.reports, bounds)
  await Promise.all([1, 2, 3, 4, 5].map((n) => reports.keep({ report: report(n) })))
  const ids = () => reports.list({ limit: 0, subject: '', host: '' }).map(({ id }) => id)
  t.deepEqual(ids(), ['r-5', 'r-4', 'r-3'])
  t.deepEqual(
    (await opened.store.reports.entries()).map(({ summary }) => summary.id),
    ['r-3', 'r-4', 'r-5'],
  )
  const tight = await Reports.open(opened.store.reports, { keep: 100, keepBytes: 1 })
  await tight.keep({ report: report(6) })
  t.deepEqual(
    (await opened.store.reports.entries()).map(({ summary }) => summary.id),
    ['r-6'],
  )
})

test('pruning removes what is older than a moment, or what is named, or nothing when one name is wrong', async (t) => {
  await using opened = await openTestLedger()
  const reports = await Reports.open(opened.store.reports, bounds)
  for (const n of [1, 2, 3]) await reports.keep({ report: report(n) })
  await t.throwsAsync(reports.prune({ ids: ['r-1', 'r-9'], olderThanUnixMs: 0 }), { code: 'NOT_FOUND', message: /no report r-9/ })
  t.is(await reports.prune({ ids: [], olderThanUnixMs: 1_002 }), 1)
  t.is(await reports.prune({ ids: ['r-2'], olderThanUnixMs: 0 }), 1)
  t.deepEqual(
    (await opened.store.reports.entries()).map(({ summary }) => summary.id),
    ['r-3'],
  )
})
