import test from 'ava'
import { labelChanges } from '../../../controller/usecases/host-labels.ts'
import { HostRegistry } from '../../../controller/usecases/host-registry.ts'
import { systemClock } from '../../../shared/clock/clock.ts'
import { emptyInventory } from '../../support/inventory.ts'
import { openTestLedger } from '../../support/ledger.ts'

test('the labels that an agent reports are kept, and written only when they change', async (t) => {
  await using world = await openTestLedger()
  const { ledger } = world
  const record = { id: 'h-1', name: 'h', machineId: '', createdUnixMs: 0, cordoned: false, revoked: false, labels: {}, generation: 5 }
  await ledger.transact(() => ({ changes: [{ kind: 'putHost', host: record }], result: undefined }))
  const hosts = new HostRegistry({
    facts: ledger.facts,
    lease: { leaseMs: 1_000, graceMs: 0 },
    clock: systemClock,
    onChange: () => {},
    onEvent: () => {},
  })
  t.deepEqual(labelChanges(ledger.facts, hosts), [], 'an agent that was not heard of takes no label away')
  const port = { sendSpec: () => {}, ask: () => {}, cancelRequest: () => {}, close: () => {} }
  hosts.connect(
    'h-1',
    { agentVersion: '', protocol: 1, address: '', specGeneration: 0, inventory: emptyInventory, labels: { pool: 'large' } },
    port,
  )
  await ledger.transact((facts) => ({ changes: labelChanges(facts, hosts), result: undefined }))
  t.like(ledger.facts.hosts.get('h-1'), { labels: { pool: 'large' }, generation: 5 })
  t.deepEqual(labelChanges(ledger.facts, hosts), [])
})
