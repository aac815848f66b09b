import test from 'ava'
import { hostQuarantined, pairQuarantined, type Quarantine } from '../../../controller/domain/mesh/quarantine.ts'
import type { HostRecord } from '../../../controller/domain/model.ts'
import { keepQuarantines } from '../../../controller/usecases/quarantine.ts'
import type { Mesh } from '../../../shared/diagnosis/mesh.ts'
import { openTestLedger, type TestLedger } from '../../support/ledger.ts'
import { simulate, wellPath } from '../domain/mesh/simulate.ts'

const names = ['a', 'b', 'c']
const mesh = simulate(
  names,
  () => wellPath,
  () => 0,
)
const hour = 3_600_000

const open = async (): Promise<TestLedger> => {
  const test = await openTestLedger()
  const record = (name: string): HostRecord => ({
    ...{ id: `id-${name}`, name, machineId: name, createdUnixMs: 0, cordoned: false, revoked: false, labels: {}, generation: 1 },
  })
  await test.ledger.transact(() => ({
    changes: names.map((name) => ({ kind: 'putHost', host: record(name) }) as const),
    result: undefined,
  }))
  return test
}

const record = ({ ledger }: TestLedger, name: string): HostRecord => {
  const host = ledger.facts.hosts.get(`id-${name}`)
  if (host === undefined) throw new Error(`no host ${name}`)
  return host
}

const lossy = (untilUnixMs: number): Quarantine => ({
  ...{ hosts: ['a'], scope: 'all', symptom: 'loss', reason: 'its network loses packets', untilUnixMs },
})
const slowPair = (untilUnixMs: number): Quarantine => ({
  ...{ hosts: ['b', 'c'], scope: 'gangs', symptom: 'slow', reason: 'the network between them is slower than its link', untilUnixMs },
})

test('a bad host gets no replicas and a bad pair no gang, until they expire', async (t) => {
  await using opened = await open()
  const now = Date.now()
  await keepQuarantines(opened.context, [lossy(now + hour), slowPair(now + hour)], mesh)
  const [a, b, c] = names.map((name) => record(opened, name)) as [HostRecord, HostRecord, HostRecord]
  t.is(hostQuarantined(a, now)?.symptom, 'loss')
  t.is(hostQuarantined(b, now), undefined)
  t.is(pairQuarantined(b, c, now)?.symptom, 'slow')
  t.is(pairQuarantined(c, b, now)?.symptom, 'slow')
  t.is(pairQuarantined(a, b, now)?.symptom, 'loss')
  t.is(hostQuarantined(a, now + hour), undefined)
  t.is(pairQuarantined(b, c, now + hour), undefined)
  const events = await opened.ledger.events({ afterId: 0, limit: 10, subject: 'host/a' })
  t.like(events[0], { reason: 'HostQuarantined', level: 'warning' })
  t.regex(events[0]?.message ?? '', /^its network loses packets: no new replica until 20/)
})

test('what a later mesh finds well is released, what it could not measure stays, and a restart forgets nothing', async (t) => {
  await using opened = await open()
  const now = Date.now()
  await keepQuarantines(opened.context, [lossy(now + hour), slowPair(now + hour)], mesh)
  const stored = (await opened.store.load()).hosts.find(({ name }) => name === 'a')
  t.is(stored && hostQuarantined(stored, now)?.symptom, 'loss')

  const without: Mesh = {
    ...mesh,
    cells: mesh.cells.map((cell) => (cell.to === 'a' || cell.from === 'a' ? { ...cell, probe: null } : cell)),
  }
  await keepQuarantines(opened.context, [], without)
  t.is(hostQuarantined(record(opened, 'a'), now)?.symptom, 'loss')
  t.is(pairQuarantined(record(opened, 'b'), record(opened, 'c'), now), undefined)

  await keepQuarantines(opened.context, [], mesh)
  t.is(hostQuarantined(record(opened, 'a'), now), undefined)
  const events = await opened.ledger.events({ afterId: 0, limit: 10, subject: 'host/a' })
  t.is(events.at(-1)?.reason, 'HostReleased')
})
