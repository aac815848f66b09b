import test from 'ava'
import fc from 'fast-check'
import { addSilence, endSilence } from '../../../controller/usecases/silences.ts'
import { AlertWorld } from '../../support/alert-world.ts'

const rule = { name: 'host-lost', for: '10s', keepFiring: '0', inhibitedBy: [] }
const receiver = {
  name: 'ops',
  groupBy: ['host'],
  groupWait: '0',
  groupInterval: '0',
  repeat: '7d',
  webhook: { url: 'http://example.org/' },
}

/** What a receiver that knows repetitions by their id heard: `STATUS HOST since FIRED`. */
const heard = ({ taken }: AlertWorld): readonly string[] => {
  const ids = new Set<string>()
  return taken.flatMap(({ notice }) => {
    if (ids.has(notice.id)) return []
    ids.add(notice.id)
    return notice.alerts.map(({ status, labels, firedUnixMs }) => `${status} ${labels.host} since ${firedUnixMs}`)
  })
}

const passMs = async (world: AlertWorld, ms: number) => {
  for (let left = ms; left > 0; left -= 5_000) {
    world.nowUnixMs += Math.min(left, 5_000)
    await world.look()
    await world.send()
  }
}

test('what one receiver refuses is sent again under the same id until it is taken, and another one does not wait for it', async (t) => {
  await using world = await AlertWorld.open([{ ...rule, for: '0' }], [receiver])
  world.hosts.set('a', 'lost')
  world.mood = 'refuses'
  await world.look()
  await world.send()
  t.is(world.taken.length, 0)
  const [waiting] = world.context.ledger.facts.alerting.waiting.values()
  t.like(waiting, { attempts: 1, problem: 'not now', state: 'waiting' })
  world.mood = 'takes'
  await world.restart()
  await world.send()
  t.is(world.taken.length, 0, 'it waits for its next attempt, also over a restart')
  world.nowUnixMs += 5_000
  await world.send()
  t.is(world.taken[0]?.notice.id, waiting?.id)
  t.like((await world.store.alerts.ended(1))[0], { id: waiting?.id, state: 'sent', attempts: 2, problem: '' })
})

test('a notice that nobody takes for a day is given up, and that is told as an event', async (t) => {
  await using world = await AlertWorld.open([{ ...rule, for: '0' }], [receiver])
  world.hosts.set('a', 'lost')
  world.mood = 'refuses'
  await world.look()
  await world.send()
  world.nowUnixMs += 86_400_000
  await world.send()
  t.is(world.context.ledger.facts.alerting.waiting.size, 0)
  t.like((await world.store.alerts.ended(1))[0], { state: 'failed', attempts: 2 })
  const events = await world.store.events({ afterId: 0, limit: 10, subject: 'receiver/ops' })
  t.regex(events[0]?.message ?? '', /^ops could not be told of host-lost after 2 attempts: not now$/)
})

test('a silence holds news back and never the end of what was told; what still fires when it is over is told then', async (t) => {
  await using world = await AlertWorld.open([{ ...rule, for: '0' }], [receiver])
  const silence = (host: string) => addSilence(world.context, { matchers: [`host=${host}`], durationMs: 3_600_000, comment: '' }, 'ada')
  world.hosts.set('a', 'lost')
  await passMs(world, 5_000)
  await silence('a')
  const { id } = await silence('b')
  world.hosts.set('b', 'lost')
  await passMs(world, 10_000)
  world.hosts.set('a', 'connected')
  await passMs(world, 10_000)
  t.deepEqual(
    heard(world).map((line) => line.split(' since')[0]),
    ['firing a', 'resolved a'],
  )
  await endSilence(world.context, id, 'ada')
  await passMs(world, 5_000)
  t.is(heard(world).at(-1)?.split(' since')[0], 'firing b')
})

test('what explains others is told, and they are not', async (t) => {
  const fleet = { name: 'hosts-unavailable', above: 1, for: '0', keepFiring: '0', inhibitedBy: [] }
  await using world = await AlertWorld.open([{ ...rule, for: '0', inhibitedBy: [{ rule: 'hosts-unavailable' }] }, fleet], [receiver])
  world.hosts.set('a', 'lost').set('b', 'lost')
  await passMs(world, 10_000)
  t.deepEqual(
    world.taken.flatMap(({ notice }) => notice.alerts.map((alert) => alert.rule)),
    ['hosts-unavailable'],
  )
})

test('alerts of a group are told together after its wait, news of it at its intervals, and what still fires is repeated', async (t) => {
  const slow = { ...receiver, groupBy: ['alertname'], groupWait: '30s', groupInterval: '5m', repeat: '1h' }
  await using world = await AlertWorld.open([{ ...rule, for: '0' }], [slow])
  const told = () =>
    world.taken.map(({ notice }) => `${notice.kind} ${notice.alerts.map(({ status, labels }) => `${labels.host}:${status}`).join(' ')}`)
  world.hosts.set('a', 'lost')
  await passMs(world, 20_000)
  world.hosts.set('b', 'lost')
  await passMs(world, 20_000)
  t.deepEqual(told(), ['news a:firing b:firing'])
  world.hosts.set('b', 'connected')
  await passMs(world, 240_000)
  t.is(told().length, 1)
  await passMs(world, 60_000)
  t.is(told()[1], 'news a:firing b:resolved')
  await passMs(world, 3_600_000)
  t.deepEqual(told().slice(2), ['repeat a:firing'])
})

test('a restart in which hosts are not heard of yet ends nothing and fires nothing again', async (t) => {
  await using world = await AlertWorld.open([{ ...rule, for: '0' }], [receiver])
  world.hosts.set('a', 'lost')
  await passMs(world, 5_000)
  await world.restart()
  world.hosts.set('a', 'unknown')
  await passMs(world, 30_000)
  world.hosts.set('a', 'lost')
  await passMs(world, 30_000)
  t.is(heard(world).length, 1)
})

test('a receiver that was deleted is told nothing more, and what waited for it is given up', async (t) => {
  await using world = await AlertWorld.open([{ ...rule, for: '0' }], [receiver])
  world.hosts.set('a', 'lost')
  world.mood = 'refuses'
  await passMs(world, 5_000)
  world.receivers.splice(0)
  world.mood = 'takes'
  await passMs(world, 60_000)
  t.is(world.taken.length, 0)
  t.is(world.context.ledger.facts.alerting.groups.size, 0)
  t.like((await world.store.alerts.ended(1))[0], { state: 'failed', problem: 'the receiver was deleted' })
})

type Step =
  | 'look'
  | 'send'
  | 'crash while sending'
  | 'refused'
  | 'restart'
  | 'a lost'
  | 'a back'
  | 'b lost'
  | 'b back'
  | 'silence'
  | 'unsilence'
  | 'a minute'
const steps: Readonly<Record<Step, (world: AlertWorld) => unknown>> = {
  look: (world) => world.look(),
  send: (world) => world.send(),
  'crash while sending': async (world) => {
    world.mood = 'crash'
    await world.send()
    world.mood = 'takes'
  },
  refused: async (world) => {
    world.mood = 'refuses'
    await world.send()
    world.mood = 'takes'
  },
  restart: (world) => world.restart(),
  'a lost': (world) => void world.hosts.set('a', 'lost'),
  'a back': (world) => void world.hosts.set('a', 'connected'),
  'b lost': (world) => void world.hosts.set('b', 'lost'),
  'b back': (world) => void world.hosts.set('b', 'connected'),
  silence: (world) => addSilence(world.context, { matchers: ['host=a'], durationMs: 40_000, comment: '' }, 'ada'),
  unsilence: async (world) => {
    for (const { id } of [...world.context.ledger.facts.alerting.silences.values()]) await endSilence(world.context, id, 'ada')
  },
  'a minute': (world) => {
    world.nowUnixMs += 60_000
  },
}

const stepName = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Step>('look') },
  { weight: 2, arbitrary: fc.constantFrom<Step>('send', 'a lost', 'b lost') },
  { weight: 5, arbitrary: fc.constantFrom(...(Object.keys(steps) as Step[])) },
)

test('killed and started again between any two steps: every firing that may be told is told once and its end once, in that order', async (t) => {
  let seen = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(stepName, fc.integer({ min: 1, max: 9_000 })), { minLength: 20, maxLength: 60 }), async (script) => {
      await using world = await AlertWorld.open([rule], [receiver])
      world.hosts.set('a', 'connected').set('b', 'connected')
      const due = new Set<string>()
      const step = async (name: Step, afterMs: number) => {
        world.nowUnixMs += afterMs
        await steps[name](world)
        if (name !== 'look') return
        const { alerts, silences } = world.context.ledger.facts.alerting
        const silent = [...silences.values()].some(({ endsUnixMs }) => endsUnixMs > world.nowUnixMs)
        for (const { state, labels, firedUnixMs } of alerts.values())
          if (state === 'firing' && !(silent && labels.host === 'a')) due.add(`firing ${labels.host} since ${firedUnixMs}`)
      }
      for (const [name, afterMs] of script) await step(name, afterMs)
      for (const name of ['unsilence', 'a back', 'b back', 'look', 'a minute', 'look'] as const) await step(name, 1_000)
      // Longer than any wait between two attempts.
      for (let i = 0; i < 4; i++) {
        world.nowUnixMs += 400_000
        await world.look()
        await world.send()
      }
      const lines = heard(world)
      const firings = lines.filter((line) => line.startsWith('firing'))
      const ends = lines.filter((line) => line.startsWith('resolved')).map((line) => line.replace('resolved', 'firing'))
      seen += firings.length
      t.is(new Set(firings).size, firings.length, 'told twice')
      t.deepEqual(ends.toSorted(), firings.toSorted(), 'an end was lost, or told twice')
      for (const line of firings) t.true(lines.indexOf(line) < lines.indexOf(line.replace('firing', 'resolved')))
      for (const line of due) t.true(firings.includes(line), `never told: ${line}`)
      t.is(world.context.ledger.facts.alerting.waiting.size, 0)
      t.is(world.context.ledger.facts.alerting.alerts.size, 0)
      const events = await world.store.events({ afterId: 0, limit: 1_000, subject: '' })
      const count = (reason: string) => events.filter((one) => one.reason === reason).length
      t.is(count('AlertFired'), count('AlertResolved'))
      t.is((await world.store.alerts.resolved(1_000)).length, count('AlertFired'), 'exactly one record of each')
    }),
    { numRuns: 40 },
  )
  t.true(seen > 40, `the scripts made only ${seen} alerts`)
})
