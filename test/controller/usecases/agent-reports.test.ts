import test from 'ava'
import type { Change } from '../../../controller/domain/model.ts'
import { takeAgentReports } from '../../../controller/usecases/agent-reports.ts'
import { Reports } from '../../../controller/usecases/reports.ts'
import { happened } from '../../../shared/diagnosis/found.ts'
import { faultReport } from '../../../shared/diagnosis/report.ts'
import { openTestLedger } from '../../support/ledger.ts'
import { diagnosisOf, result, unheardOf } from '../diagnosis/answers.ts'

const gpu = 'GPU-8f3a1c2d-55aa-4b0e-9c1d-0123456789ab'
const host = (name: string): Change => ({
  kind: 'putHost',
  host: { id: `h-${name}`, name, machineId: '', createdUnixMs: 0, cordoned: false, revoked: false, labels: {}, generation: 0 },
})
const assignment = (id: string, hostId: string, gpuUuids: readonly string[], deployment = 'chat'): Change => ({
  kind: 'putAssignment',
  assignment: {
    id,
    deployment,
    revision: 1,
    hostId,
    gpuUuids,
    memoryMiB: 0,
    stage: 'serving',
    stageSinceUnixMs: 0,
    createdUnixMs: 0,
    drainVersion: 0,
    endpoint: '',
    apiKey: '',
  },
})

test('a rank that waited in vain is explained by what the other rank told before, and another deployment has no part in it', async (t) => {
  await using opened = await openTestLedger()
  const { ledger, store, context } = opened
  await ledger.transact(() => ({
    changes: [
      host('gpu-01'),
      host('gpu-02'),
      host('gpu-03'),
      assignment('chat-1', 'h-gpu-01', [gpu]),
      assignment('chat-2', 'h-gpu-02', []),
      assignment('code-1', 'h-gpu-03', [], 'code'),
    ],
    result: undefined,
  }))
  const reports = await Reports.open(store.reports, { keep: 10, keepBytes: 1e9 })
  const take = takeAgentReports(context, reports)
  const nowMs = Date.now()
  const xid = happened('kernel.xid', {
    atUnixMs: nowMs - 610_000,
    source: 'kernel',
    subject: `gpu/${gpu}`,
    params: { code: 79, bus: '', gpuUuid: gpu, pid: 0, process: '' },
  })
  const waited = happened('engine.nccl-timeout', {
    atUnixMs: nowMs - 5_000,
    source: 'engine',
    subject: 'replica/chat-2',
    params: { replica: 'chat-2', collective: 'ALLREDUCE', timeoutMs: 600_000 },
  })
  const broken = (id: string, events: readonly (typeof xid)[]) =>
    diagnosisOf([result('gpu.xid', [unheardOf()])], { id, subject: 'gpu', trigger: 'break', cause: 'x', events: [...events] })
  await take('h-gpu-01', broken('d-1', [xid]))
  await take('h-gpu-02', broken('d-2', [waited]))
  await take('h-gpu-03', broken('d-3', []))

  const report = async (id: string) => faultReport.parse(JSON.parse(await reports.document(id)))
  const explained = await report('r-d-2')
  t.deepEqual(
    explained.hosts.map(({ name }) => name),
    ['gpu-02'],
    'the other host was not looked at',
  )
  t.deepEqual(
    explained.incidents.map(({ root, events }) => [root.code, root.host, events.length]),
    [['kernel.xid', 'gpu-01', 2]],
  )
  t.deepEqual((await report('r-d-3')).timeline, [])
})

test('a report that is sent again while the first is being kept is told once', async (t) => {
  await using opened = await openTestLedger()
  const { ledger, store, context } = opened
  await ledger.transact(() => ({ changes: [host('gpu-01')], result: undefined }))
  const reports = await Reports.open(store.reports, { keep: 10, keepBytes: 1e9 })
  const take = takeAgentReports(context, reports)
  const diagnosis = diagnosisOf([result('gpu.xid', [unheardOf()])], { id: 'd-1', subject: 'gpu', trigger: 'break', cause: 'x' })
  await Promise.all([take('h-gpu-01', diagnosis), take('h-gpu-01', diagnosis)])
  const events = await ledger.events({ afterId: 0, limit: 10, subject: '' })
  t.deepEqual(
    events.map(({ reason }) => reason),
    ['FaultFound'],
  )
})
