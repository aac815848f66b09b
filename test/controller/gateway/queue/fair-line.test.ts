import test from 'ava'
import fc from 'fast-check'
import { FairLine, mostPassedOver, type Standing } from '../../../../controller/gateway/queue/fair-line.ts'
import type { Place } from '../../../../controller/gateway/queue/waiting-line.ts'

type Waiting = Place<Standing<number>>

const asking = fc.record({
  tenant: fc.constantFrom('a', 'b', 'c', 'd'),
  priority: fc.constantFrom(-100, 0, 100),
  cost: fc.integer({ min: 1, max: 5_000 }),
  bytes: fc.nat(1_000),
})

/** Serves whoever is next until nobody waits. */
const serveAll = (line: FairLine<number>): Standing<number>[] => {
  const served: Standing<number>[] = []
  for (let next = line.next(); next; next = line.next()) {
    served.push(next.value)
    line.serve(next)
  }
  return served
}

const command = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('join' as const), asking }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('serve' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('return' as const), which: fc.nat() }) },
)

test('Size and bytes are those of who waits, whoever joins, leaves, is served or comes back; somebody is next whenever somebody waits.', (t) => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 150 }), (commands) => {
      const line = new FairLine<number>()
      const waiting = new Map<number, Waiting>()
      const served: Standing<number>[] = []
      let tickets = 0
      for (const step of commands) {
        if (step.kind === 'join') {
          const ticket = ++tickets
          waiting.set(ticket, line.join({ ...step.asking, ticket, returned: false, value: ticket }))
        }
        if (step.kind === 'return') {
          const [again] = served.splice(step.which % Math.max(1, served.length), 1)
          if (again) waiting.set(again.ticket, line.join({ ...again, returned: true }))
        }
        if (step.kind === 'leave') {
          const place = [...waiting.values()][step.which % Math.max(1, waiting.size)]
          if (place) {
            line.leave(place)
            line.leave(place)
            line.serve(place)
            waiting.delete(place.ticket)
          }
        }
        if (step.kind === 'serve') {
          const place = [...line.returned][0] ?? line.next()
          if (place) {
            line.serve(place)
            line.leave(place)
            waiting.delete(place.ticket)
            served.push(place.value)
          }
        }
        const all = [...waiting.values()]
        t.is(line.size, all.length)
        t.is(
          line.bytes,
          all.reduce((sum, { value }) => sum + value.bytes, 0),
        )
        t.is(
          line.next() !== undefined,
          all.some(({ value }) => !value.returned),
        )
        t.is(line.next(), line.next(), 'asking changes nothing')
        t.deepEqual([...line].map(({ ticket }) => ticket).sort(), all.map(({ ticket }) => ticket).sort())
      }
    }),
  )
})

test('Within a tenant and a priority nobody is overtaken.', (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(asking, fc.nat(2)), { minLength: 1, maxLength: 80 }), (arrivals) => {
      const line = new FairLine<number>()
      const served: Standing<number>[] = []
      const serve = () => {
        const next = line.next()
        if (!next) return
        served.push(next.value)
        line.serve(next)
      }
      for (const [ticket, [one, servings]] of arrivals.entries()) {
        line.join({ ...one, ticket, returned: false, value: ticket })
        for (let i = 0; i < servings; i++) serve()
      }
      served.push(...serveAll(line))
      t.is(served.length, arrivals.length)
      for (const flow of Map.groupBy(served, ({ tenant, priority }) => `${tenant}${priority}`).values()) {
        const tickets = flow.map(({ ticket }) => ticket)
        t.deepEqual(
          tickets,
          tickets.toSorted((a, b) => a - b),
        )
      }
    }),
  )
})

test('Tenants that always have something in line get the same number of tokens, give or take their dearest request and a quantum.', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 2, maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 5, maxLength: 20 }),
      fc.integer({ min: 1, max: 300 }),
      (dearest, jitter, servings) => {
        const line = new FairLine<number>()
        const got = new Map<string, number>()
        let ticket = 0
        const join = (tenant: number) => {
          const cost = 1 + ((jitter[ticket % jitter.length] ?? 1) % (dearest[tenant] ?? 1))
          line.join({ ticket, tenant: String(tenant), priority: 0, cost, bytes: 1, returned: false, value: ticket++ })
        }
        for (let i = 0; i < dearest.length * 2; i++) join(i % dearest.length)
        for (let i = 0; i < servings; i++) {
          const next = line.next()
          if (!next) return t.fail()
          got.set(next.value.tenant, (got.get(next.value.tenant) ?? 0) + next.value.cost)
          line.serve(next)
          join(Number(next.value.tenant))
        }
        const shares = dearest.map((_, tenant) => got.get(String(tenant)) ?? 0)
        const most = Math.max(...dearest)
        t.true(Math.max(...shares) - Math.min(...shares) <= 64 + 2 * most, `${shares}`)
      },
    ),
  )
})

test('Equal requests of equal tenants alternate exactly, whatever each has in line.', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 64, max: 9_000 }), fc.nat(100), (tenants, cost, flood) => {
      const line = new FairLine<number>()
      const join = (tenant: number, ticket: number) =>
        line.join({ ticket, tenant: String(tenant), priority: 0, cost, bytes: 1, returned: false, value: tenant })
      for (let i = 0; i < flood; i++) join(0, i)
      for (let i = 0; i < tenants * 5; i++) join(i % tenants, flood + i)
      const order = serveAll(line).map(({ value }) => value)
      for (let lap = 0; lap < 5; lap++) t.is(new Set(order.slice(lap * tenants, (lap + 1) * tenants)).size, tenants)
    }),
  )
})

test('A higher priority comes first, and a lower one is passed over eight times in a row at most while others keep coming.', (t) => {
  const line = new FairLine<number>()
  let ticket = 0
  const join = (priority: number) => line.join({ ticket, tenant: 't', priority, cost: 100, bytes: 1, returned: false, value: ticket++ })
  for (let i = 0; i < 5; i++) for (const priority of [-100, 0, 1_000]) join(priority)
  const order: number[] = []
  for (let i = 0; i < 200; i++) {
    const next = line.next()
    if (!next) return t.fail()
    order.push(next.value.priority)
    line.serve(next)
    join(next.value.priority)
  }
  t.deepEqual(order.slice(0, mostPassedOver), Array(mostPassedOver).fill(1_000))
  for (const priority of [-100, 0, 1_000]) {
    const places = order.flatMap((one, at) => (one === priority ? [at] : []))
    const gaps = places.map((at, i) => at - (places[i - 1] ?? -1))
    t.true(Math.max(...gaps) <= mostPassedOver + 3, `${priority}: ${gaps}`)
  }
  t.true(order.filter((priority) => priority === 1_000).length >= 150)
})

test('Who comes back has paid and stands before all others.', (t) => {
  const line = new FairLine<number>()
  const one = { tenant: 'a', priority: 0, cost: 10, bytes: 1, value: 0 }
  line.join({ ...one, ticket: 5, priority: 1_000, returned: false })
  line.join({ ...one, ticket: 3, returned: true })
  line.join({ ...one, ticket: 2, priority: -100, returned: true })
  t.deepEqual(
    [...line.returned].map(({ ticket }) => ticket),
    [2, 3],
  )
  t.is(line.next()?.ticket, 5)
})

test('When all places are taken the newest of the tenant with the most in line gives way, never one that waits for less or comes first.', (t) => {
  fc.assert(
    fc.property(fc.array(asking, { minLength: 1, maxLength: 40 }), asking, (there, newcomer) => {
      const line = new FairLine<number>()
      for (const [ticket, one] of there.entries()) line.join({ ...one, ticket, returned: ticket % 5 === 4, value: ticket })
      const fresh = [...line].map(({ value }) => value).filter(({ returned }) => !returned)
      const lowest = Math.min(...fresh.map(({ priority }) => priority))
      const counts = Map.groupBy(
        fresh.filter(({ priority }) => priority === lowest),
        ({ tenant }) => tenant,
      )
      const mine = counts.get(newcomer.tenant)?.length ?? 0
      const most = Math.max(0, ...[...counts.values()].map(({ length }) => length))
      const gives = line.giveWay(newcomer)?.value
      const should = fresh.length > 0 && (lowest < newcomer.priority || (lowest === newcomer.priority && most > mine + 1))
      t.is(gives !== undefined, should)
      if (!gives) return
      const flow = counts.get(gives.tenant) ?? []
      t.is(flow.length, most)
      t.is(gives.ticket, Math.max(...flow.map(({ ticket }) => ticket)))
    }),
  )
})
