import test from 'ava'
import fc from 'fast-check'
import { Pool } from 'undici'
import type { EjectionPolicy, FailureKind } from '../../../../controller/gateway/balance/health.ts'
import { type Lease, Replica } from '../../../../controller/gateway/balance/replica.ts'
import { gatewaySettings } from '../../../../controller/gateway/config.ts'
import { Assigner, type Claim } from '../../../../controller/gateway/queue/assigner.ts'
import { systemClock } from '../../../../shared/clock/clock.ts'
import { HostlerError } from '../../../../shared/errors/hostler-error.ts'
import type { Endpoint } from '../../../../shared/fleet/membership.ts'
import { endpoint, route } from '../parts.ts'

const policy: EjectionPolicy = gatewaySettings.parse({}).ejection
const upstream = new Pool('http://127.0.0.1:9')
const replicaOf = (id: string, over: Partial<Endpoint> = {}) => new Replica(endpoint(id, 'http://127.0.0.1:9', over), () => upstream)
const claimOf = (ticket: number, tenant = 'team', priority = 0): Claim => ({
  ...{ ticket, tenant, priority, affinity: 0, bytes: 1 },
  ...{ tried: new Map(), waitedMs: 0 },
})
const nothing = { released() {}, healthChanged() {}, unserved() {} }
const assignerOf = (replicas: readonly Replica[], over: Parameters<typeof route>[1] = {}) => {
  const assigner = new Assigner(route([], over), policy, systemClock, nothing)
  assigner.update(route([], over), replicas)
  return assigner
}

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('arrive' as const),
      tenant: fc.constantFrom('a', 'b', 'c'),
      priority: fc.constantFrom(-100, 0, 100),
      affinity: fc.nat(3),
      cost: fc.nat(5_000),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(), twice: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const), which: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('retry' as const),
      which: fc.nat(),
      failure: fc.constantFrom<FailureKind>('connect', 'reset', 'timeout', 'unready'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drain' as const), which: fc.nat(2), draining: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('answer' as const), which: fc.nat(2) }) },
)

test('Counts are exact whoever asks and however requests end: success, error, departure, retry, twice or while replicas drain; none is lost.', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), fc.integer({ min: 0, max: 3 }), async (steps, maxConcurrent) => {
      const replicas = ['a', 'b', 'c'].map((id) => replicaOf(id, { maxConcurrent }))
      const assigner = assignerOf(replicas, { holdMs: 60_000, maxQueue: 10_000 })
      const held = new Map<Claim, Lease>()
      const inLine = new Map<Claim, Promise<void>>()
      let tickets = 0

      const ask = (claim: Claim, cost = 1) => {
        const lease = assigner.take(claim)
        if (lease) {
          held.set(claim, lease)
          return
        }
        const waiting = assigner.wait(claim, cost).then((got) => {
          inLine.delete(claim)
          if (got) held.set(claim, got)
        })
        inLine.set(claim, waiting)
      }
      const pick = <T>(items: Iterable<T>, which: number): T | undefined => {
        const list = [...items]
        return list[which % Math.max(1, list.length)]
      }

      for (const one of steps) {
        if (one.kind === 'arrive') ask({ ...claimOf(++tickets, one.tenant, one.priority), affinity: one.affinity }, one.cost)
        if (one.kind === 'end') {
          const claim = pick(held.keys(), one.which)
          const lease = claim && held.get(claim)
          if (claim) held.delete(claim)
          lease?.release()
          if (one.twice) lease?.release()
        }
        if (one.kind === 'leave') {
          const claim = pick(inLine.keys(), one.which)
          if (claim) assigner.leave(claim)
        }
        if (one.kind === 'retry') {
          const claim = pick(held.keys(), one.which)
          const lease = claim && held.get(claim)
          if (claim && lease) {
            held.delete(claim)
            assigner.failed(lease.replica, one.failure)
            lease.release()
            claim.tried.set(lease.replica.id, 0)
            ask(claim)
          }
        }
        const replica = 'which' in one ? replicas[one.which % 3] : undefined
        if (one.kind === 'drain' && replica) {
          replica.endpoint = { ...replica.endpoint, draining: one.draining }
          assigner.update(route([], { holdMs: 60_000, maxQueue: 10_000 }), replicas)
        }
        if (one.kind === 'answer' && replica) assigner.answered(replica)
        await new Promise((resolve) => setImmediate(resolve))

        for (const item of replicas) {
          t.is(item.outstanding, [...held.values()].filter((lease) => lease.replica === item).length)
          t.true(maxConcurrent === 0 || item.outstanding <= maxConcurrent)
        }
        t.is(assigner.waiting, inLine.size)
      }
      for (const item of replicas) item.endpoint = { ...item.endpoint, draining: false, maxConcurrent: 0 }
      for (const item of replicas) assigner.answered(item)
      assigner.pump()
      await Promise.all(inLine.values())
      t.is(
        held.size + inLine.size,
        replicas.reduce((sum, item) => sum + item.outstanding, 0),
        'once replicas can, they get everyone who waits',
      )
      t.is(inLine.size, 0)
      for (const lease of held.values()) lease.release()
      t.deepEqual(
        replicas.map(({ outstanding }) => outstanding),
        [0, 0, 0],
      )
      assigner.close()
    }),
    { numRuns: 150 },
  )
})

test('First come, first served.', async (t) => {
  const assigner = assignerOf([replicaOf('a', { maxConcurrent: 1 })])
  const first = assigner.take(claimOf(1))
  const order: number[] = []
  const waits = [2, 3, 4].map(async (ticket) => {
    const lease = await assigner.wait(claimOf(ticket))
    order.push(ticket)
    lease?.release()
  })
  t.is(assigner.take(claimOf(5)), undefined, 'nobody overtakes the line')
  first?.release()
  await Promise.all(waits)
  t.deepEqual(order, [2, 3, 4])
})

test('A full line turns away at the door with 429 and the time to come back; a retry is never turned away.', async (t) => {
  const assigner = assignerOf([replicaOf('a', { maxConcurrent: 1 })], { maxQueue: 1 })
  assigner.take(claimOf(1))
  const waiting = assigner.wait(claimOf(2))
  const error = await t.throwsAsync(assigner.wait(claimOf(3)), { instanceOf: HostlerError })
  t.like(error, { code: 'QUEUE_FULL', fields: { retryAfterSeconds: 3 } })
  const again = { ...claimOf(0), tried: new Map([['x', 0]]) }
  const retry = assigner.wait(again)
  t.is(assigner.waiting, 2)
  assigner.leave(again)
  t.is(await retry, undefined)
  assigner.close()
  t.like(await t.throwsAsync(waiting), { code: 'MODEL_UNKNOWN' })
})

test('A tenant that floods the line gives way to others.', async (t) => {
  const assigner = assignerOf([replicaOf('a', { maxConcurrent: 1 })], { maxQueue: 4 })
  const busy = assigner.take(claimOf(0))
  const flood = [1, 2, 3, 4].map((ticket) => assigner.wait(claimOf(ticket, 'loud'), 100))
  const quiet = assigner.wait(claimOf(5, 'quiet'), 100)
  t.like(await t.throwsAsync(flood[3] ?? t.fail(), { instanceOf: HostlerError }), { code: 'QUEUE_FULL' })
  t.is(assigner.waiting, 4)
  await t.throwsAsync(assigner.wait(claimOf(6, 'loud'), 100), { message: /4 requests already wait, of at most 4/ })
  const urgent = assigner.wait(claimOf(7, 'loud', 100), 100)
  t.like(await t.throwsAsync(flood[2] ?? t.fail(), { instanceOf: HostlerError }), { code: 'QUEUE_FULL' })
  const order: string[] = []
  const served = [urgent, flood[0], quiet, flood[1]].map(async (waiting, at) => {
    const lease = await waiting
    order.push(['urgent', 'loud', 'quiet', 'loud'][at] ?? '')
    lease?.release()
  })
  busy?.release()
  await Promise.all(served)
  t.deepEqual(order, ['urgent', 'loud', 'quiet', 'loud'])
})

test('Bodies that wait have a bound together, and one that is larger than that alone may wait when nobody else does.', async (t) => {
  const assigner = assignerOf([], { maxQueueBytes: 6, holdMs: 50 })
  const large = { ...claimOf(1), bytes: 9 }
  const waiting = assigner.wait(large)
  t.like(await t.throwsAsync(assigner.wait(claimOf(2)), { message: /1 requests already wait, of at most 6 bytes, and hold 9/ }), {
    code: 'QUEUE_FULL',
  })
  t.like(await t.throwsAsync(waiting), { code: 'NO_REPLICA' })
})

test('A wait that is over says whether replicas were busy or not there.', async (t) => {
  const busy = assignerOf([replicaOf('a', { maxConcurrent: 1 })], { holdMs: 30 })
  busy.take(claimOf(1))
  t.like(await t.throwsAsync(busy.wait(claimOf(2))), { code: 'QUEUE_TIMEOUT' })
  const draining = assignerOf([replicaOf('a', { draining: true })], { holdMs: 30 })
  t.like(await t.throwsAsync(draining.wait(claimOf(1))), { code: 'NO_REPLICA' })
  const none = assignerOf([], { holdMs: 0 })
  const error = await t.throwsAsync(none.wait(claimOf(1)), { instanceOf: HostlerError })
  t.is(error?.code, 'NO_REPLICA')
  t.regex(error?.message ?? '', /has no replica that takes new requests/)
})

test('A canary gets its share of the requests to the request, whatever replicas are busy, and none while it is to have none.', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 99 }),
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 3 }),
      (percent, count, held) => {
        const replicas = [replicaOf('old-1'), replicaOf('old-2'), replicaOf('new', { revision: 2 })]
        const assigner = assignerOf(replicas, { canary: { revision: 2, share: percent / 100 } })
        const leases: Lease[] = []
        let given = 0
        for (let ticket = 1; ticket <= count; ticket++) {
          const lease = assigner.take(claimOf(ticket))
          if (lease === undefined) return false
          leases.push(lease)
          if (lease.replica.id === 'new') given++
          if (Math.abs(given - (ticket * percent) / 100) >= 1 + 1e-6) return false
          if (leases.length > held) leases.shift()?.release()
        }
        return true
      },
    ),
    { numRuns: 200 },
  )
  t.pass()
})

test('Requests due to a canary that is down or full go elsewhere, others go to it only when nobody else is there, and retries as ever.', (t) => {
  const [old, fresh] = [replicaOf('old', { maxConcurrent: 2 }), replicaOf('new', { revision: 2, maxConcurrent: 1 })]
  const assigner = assignerOf([old, fresh], { canary: { revision: 2, share: 0.5 } })
  const idOf = (lease: Lease | undefined) => lease?.replica.id
  t.is(idOf(assigner.take(claimOf(1))), 'old')
  const first = assigner.take(claimOf(2))
  t.is(idOf(first), 'new')
  t.is(idOf(assigner.take(claimOf(3))), 'old', 'not its turn, although the other is full')
  t.is(idOf(assigner.take(claimOf(4))), undefined, 'the canary is full, the other as well')
  assigner.failed(fresh, 'connect')
  first?.release()
  const retried: Claim = { ...claimOf(5), tried: new Map([['new', 0]]) }
  t.is(idOf(assigner.take(retried)), undefined)
  const [healthyOld, dead] = [replicaOf('old'), replicaOf('new', { revision: 2 })]
  const other = assignerOf([healthyOld, dead], { canary: { revision: 2, share: 0.9 } })
  other.failed(dead, 'connect')
  for (let ticket = 1; ticket <= 20; ticket++) t.is(idOf(other.take(claimOf(ticket))), 'old')
  const alone = assignerOf([replicaOf('new', { revision: 2 })], { canary: { revision: 2, share: 0 } })
  t.is(idOf(alone.take(claimOf(1))), 'new')
})
