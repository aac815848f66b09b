import test from 'ava'
import { AgentCalls } from '../../../controller/usecases/agent-calls.ts'
import type { AgentPort } from '../../../controller/usecases/agent-port.ts'
import { Answers } from '../../../controller/usecases/answers.ts'
import { HostRegistry } from '../../../controller/usecases/host-registry.ts'
import { SpecDispatch } from '../../../controller/usecases/spec-dispatch.ts'
import { type TuneOutcome, type TuneWish, tuneHosts } from '../../../controller/usecases/tune.ts'
import { systemClock } from '../../../shared/clock/clock.ts'
import type { TuneAnswer } from '../../../shared/tuning/answer.ts'
import { emptyInventory } from '../../support/inventory.ts'
import { openTestLedger } from '../../support/ledger.ts'

const answer: TuneAnswer = { action: 'status', profile: '', atUnixMs: 1, state: 'none', message: '', rows: [], conflicts: [] }

/** Hosts whose agents answer when the test lets them. */
const setUp = async (count: number) => {
  const world = await openTestLedger()
  const { facts } = world.ledger
  const record = (index: number) => ({
    kind: 'putHost' as const,
    host: {
      id: `h-${index}`,
      name: `gpu-${index}`,
      machineId: '',
      createdUnixMs: 0,
      cordoned: false,
      revoked: false,
      labels: {},
      generation: 0,
    },
  })
  await world.ledger.transact(() => ({ changes: Array.from({ length: count }, (_, index) => record(index)), result: undefined }))
  const hosts = new HostRegistry({
    facts,
    lease: { leaseMs: 1_000, graceMs: 0 },
    clock: systemClock,
    onChange: () => {},
    onEvent: () => {},
  })
  const answers = new Answers()
  const asked: { readonly hostId: string; readonly requestId: string }[] = []
  const connect = (hostId: string) => {
    const port: AgentPort = {
      sendSpec: () => {},
      ask: (requestId) => asked.push({ hostId, requestId }),
      cancelRequest: () => {},
      close: () => {},
    }
    hosts.connect(hostId, { agentVersion: '', protocol: 1, address: '', specGeneration: 0, inventory: emptyInventory, labels: {} }, port)
  }
  for (const { id } of facts.hosts.values()) connect(id)
  const reply = async ({ hostId, requestId }: (typeof asked)[number], document: unknown = answer) => {
    await answers.data(requestId, hostId, Buffer.from(JSON.stringify(document)))
    answers.end(requestId, hostId)
  }
  let ids = 0
  const options = {
    context: world.context,
    hosts,
    calls: new AgentCalls({ facts, hosts, answers, newId: (prefix) => `${prefix}${ids++}` }),
    specs: new SpecDispatch(hosts),
    onPass: () => () => {},
  }
  const outcomes: TuneOutcome[] = []
  const tune = (wish: Partial<TuneWish>, signal = new AbortController().signal) =>
    tuneHosts(options, { action: 'status', hosts: [], profile: '', ...wish }, 'ada', async (outcome) => void outcomes.push(outcome), signal)
  return { world, answers, asked, reply, outcomes, tune }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('many hosts are asked some at a time, each as soon as another has answered', async (t) => {
  const { world, asked, reply, outcomes, tune } = await setUp(50)
  await using _ = world
  const done = tune({})
  await turn()
  t.is(asked.length, 16)
  let answered = 0
  while (answered < 50) {
    const next = asked[answered]
    t.truthy(next, 'a host waits although others have answered')
    if (!next) break
    await reply(next)
    answered += 1
    await turn()
    t.true(asked.length - answered <= 16)
  }
  await done
  t.is(new Set(outcomes.map(({ host }) => host)).size, 50)
})

test('a host that leaves, one that answers nonsense and one that does not exist stop no other', async (t) => {
  const { world, answers, asked, reply, outcomes, tune } = await setUp(3)
  await using _ = world
  const done = tune({ hosts: ['gpu-2', 'gpu-1', 'h-0', 'gpu-0', 'gpu-9'] })
  await turn()
  t.deepEqual(
    asked.map(({ hostId }) => hostId),
    ['h-0', 'h-1', 'h-2'],
    'each once, whatever it was called',
  )
  answers.hostGone('h-0')
  await Promise.all(asked.slice(1).map((one, index) => reply(one, index === 0 ? { nonsense: true } : answer)))
  await done
  t.deepEqual(outcomes.map((outcome) => [outcome.host, 'error' in outcome ? outcome.error.code : 'answered']).toSorted(), [
    ['gpu-0', 'HOST_UNREACHABLE'],
    ['gpu-1', 'PROTOCOL_MISMATCH'],
    ['gpu-2', 'answered'],
    ['gpu-9', 'NOT_FOUND'],
  ])
})

test('what cannot be asked for is refused before any host is asked', async (t) => {
  const { world, asked, tune } = await setUp(1)
  await using _ = world
  await t.throwsAsync(tune({ action: 'apply', profile: 'inferense' }), { code: 'NOT_FOUND', message: /did you mean inference\?/ })
  await t.throwsAsync(tune({ action: 'apply', profile: 'none' }), { code: 'ARGUMENT_INVALID', message: /hostler tune revert/ })
  await t.throwsAsync(tune({ action: 'revert', profile: 'inference' }), { code: 'ARGUMENT_INVALID' })
  await t.throwsAsync(tune({ action: 'plan' }), { code: 'CONFLICT', message: /no host is to have a profile/ })
  t.is(asked.length, 0)
  t.is(world.ledger.facts.resources.size, 0)
})

test('when whoever asked is gone, hosts that were not asked yet stay as they are', async (t) => {
  const { world, asked, tune } = await setUp(40)
  await using _ = world
  const gone = new AbortController()
  const done = tune({ action: 'apply', profile: 'inference' }, gone.signal)
  await turn()
  t.is(asked.length, 16, 'for their plans')
  gone.abort()
  await done
  t.is(asked.length, 16)
  t.is(world.ledger.facts.resources.size, 0)
})
