import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { openSqliteStore } from '../../../controller/store/sqlite-store.ts'
import type { StoreChange } from '../../../controller/store/store.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { deployment, revision, specOf } from '../domain/support/fleet.ts'

const names = fc.constantFrom('a', 'b')
const spec = specOf({ name: 'a', model: { name: 'm', path: '/m' } })

const change: fc.Arbitrary<StoreChange> = fc.oneof(
  fc.record({ name: names, replicas: fc.nat(9) }).map(({ name, replicas }) => ({
    kind: 'putDeployment' as const,
    deployment: deployment(name, { replicas }),
  })),
  names.map((name) => ({ kind: 'deleteDeployment' as const, name })),
  fc.record({ name: names, number: fc.integer({ min: 1, max: 3 }), message: fc.string() }).map(({ name, number, message }) => ({
    kind: 'putRevision' as const,
    revision: { ...revision(number, spec), deployment: name, message },
  })),
  fc.record({ id: names, generation: fc.nat(9), name: fc.string() }).map(({ id, generation, name }) => ({
    kind: 'putHost' as const,
    host: { id, name, machineId: 'm', createdUnixMs: 1, cordoned: false, revoked: false, labels: {}, generation },
  })),
  names.map((id) => ({ kind: 'deleteHost' as const, id })),
  fc.string().map((message) => ({
    kind: 'addEvent' as const,
    atUnixMs: 5,
    event: { level: 'info' as const, reason: 'Test', subject: 'host/a', message },
  })),
)

test('changes committed together leave behind what each of them leaves in its turn, and number events alike', async (t) => {
  await using directory = await scratchDirectory()
  await using alone = await openSqliteStore(join(directory.path, 'alone.db'), { nowUnixMs: 0 })
  await using together = await openSqliteStore(join(directory.path, 'together.db'), { nowUnixMs: 0 })
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
      const one = []
      for (const single of changes) one.push(...(await alone.commit([single])))
      t.deepEqual(await together.commit(changes), one)
      t.deepEqual(await together.load(), await alone.load())
    }),
    { numRuns: 60 },
  )
})
