import test from 'ava'
import { capacityOf } from '../../../../controller/domain/placement/capacity.ts'
import { place } from '../../../../controller/domain/placement/plan.ts'
import { host, specOf } from '../support/fleet.ts'

const quarantine = { peer: '', scope: 'all', symptom: 'loss', reason: 'its network loses packets', untilUnixMs: 0 } as const
const placeOn = (...hosts: ReturnType<typeof host>[]) =>
  place(
    { deployment: 'ds7b', spec: specOf(), avoidHostIds: new Set(), nowUnixMs: 0 },
    hosts.map((one) => capacityOf(one, [], () => false)),
  )

test('a quarantined host is passed over, with the reason and until when', (t) => {
  const bad = { ...host('a', 8), quarantine }
  t.like(placeOn(bad, host('b', 8)), { placed: true, hostId: 'host-b' })
  const refused = placeOn(bad)
  if (refused.placed) return t.fail()
  t.like(refused.hosts[0], { code: 'quarantined', message: 'its network loses packets, until 1970-01-01T00:00:00.000Z' })
  t.regex(refused.suggestion, /repair the network of a, then measure it again: hostler diagnose network/)
})
