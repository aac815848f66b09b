import test from 'ava'
import type { HostPresence, HostView } from '../../../controller/domain/model.ts'
import { PresenceEvents } from '../../../controller/usecases/presence-events.ts'

const host = (presence: HostPresence): ReadonlyMap<string, HostView> =>
  new Map([
    [
      'h-1',
      {
        presence,
        record: { id: 'h-1', name: 'gpu-01', machineId: '', createdUnixMs: 0, cordoned: false, revoked: false, labels: {}, generation: 0 },
        address: '',
        replicas: new Map(),
        synced: true,
        gpus: new Map(),
      },
    ],
  ])

const reasons = (presences: readonly HostPresence[]): readonly string[] => {
  const events = new PresenceEvents()
  return presences.flatMap((presence) => events.next(host(presence)).map(({ reason }) => reason))
}

test('a host that goes silent, is lost and comes back is told of once for each', (t) => {
  t.deepEqual(reasons(['connected', 'connected', 'silent', 'silent', 'lost', 'lost', 'connected']), [
    'HostSilent',
    'HostLost',
    'HostInTouch',
  ])
})

test('a start of the controller is no news of the hosts, but one that does not come back is', (t) => {
  t.deepEqual(reasons(['unknown', 'connected']), [])
  t.deepEqual(reasons(['unknown', 'lost']), ['HostLost'])
})

test('whether there is news can be asked before it is told', (t) => {
  const events = new PresenceEvents()
  t.true(events.differ([['h-1', 'connected']]))
  events.next(host('connected'))
  t.false(events.differ([['h-1', 'connected']]))
  t.true(events.differ([['h-1', 'silent']]))
})
