import test from 'ava'
import fc from 'fast-check'
import { StatusDeltas } from '../../../agent/link/status-delta.ts'
import { HostSighting } from '../../../controller/usecases/host-sighting.ts'
import type { ReplicaStatus } from '../../../shared/fleet/replica.ts'

const status = (id: string, restarts: number): ReplicaStatus => ({
  id,
  restarts,
  deployment: 'd',
  revision: 1,
  phase: 'ready',
  reason: '',
  message: '',
  endpoint: '',
  sinceUnixMs: 0,
  oomKilled: false,
  lastLogLines: [],
  instanceId: '',
  warnings: [],
  gpuUuids: [],
  progressPercent: 0,
  preflight: [],
  nextAttemptUnixMs: 0,
  adjustments: [],
})

const ids = ['a', 'b', 'c', 'd']

/** set and remove change what runs; send passes one report on; lose drops it or its acknowledgement with the stream; restart is a controller that forgot. */
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('set' as const), id: fc.constantFrom(...ids), restarts: fc.nat({ max: 3 }) }),
    fc.record({ kind: fc.constant('remove' as const), id: fc.constantFrom(...ids) }),
    fc.constant({ kind: 'send' as const }),
    fc.record({ kind: fc.constant('lose' as const), arrived: fc.boolean() }),
    fc.constant({ kind: 'restart' as const }),
  ),
  { maxLength: 60 },
)

test('whatever is lost on the way, the controller ends up with exactly what runs', (t) => {
  fc.assert(
    fc.property(steps, (history) => {
      const deltas = new StatusDeltas(1_000_000)
      const running = new Map<string, ReplicaStatus>()
      let sighting = new HostSighting()

      /** One report, taken and acknowledged. False when there was nothing to say. */
      const pass = (): boolean => {
        const delta = deltas.next(running, 0)
        if (!delta) return false
        deltas.acknowledged(delta.version, !sighting.applyStatus(delta))
        return true
      }
      const newStream = () => {
        deltas.restart()
        sighting.synced = false
      }
      for (const step of history) {
        if (step.kind === 'set') running.set(step.id, status(step.id, step.restarts))
        else if (step.kind === 'remove') running.delete(step.id)
        else if (step.kind === 'send') pass()
        else if (step.kind === 'lose') {
          const delta = deltas.next(running, 0)
          if (delta && step.arrived) sighting.applyStatus(delta)
          newStream()
        } else {
          sighting = new HostSighting()
          newStream()
        }
      }
      for (let round = 0; pass(); round++) if (round > 3) return t.fail('the reports do not come to rest')
      t.deepEqual(new Map([...sighting.replicas].sort()), new Map([...running].sort()))
      t.true(sighting.synced)
    }),
    { numRuns: 2_000 },
  )
})

test('a full report comes by itself when its time is up, though nothing changed', (t) => {
  const deltas = new StatusDeltas(100)
  const running = new Map([['a', status('a', 0)]])
  const first = deltas.next(running, 0)
  t.like(first, { full: true })
  deltas.acknowledged(first?.version ?? 0, false)
  t.is(deltas.next(running, 50), undefined)
  t.like(deltas.next(running, 101), { full: true })
})
