import * as grpc from '@grpc/grpc-js'
import test from 'ava'
import { Lease } from '../../agent/link/lease.ts'
import { type AgentSide, runSession } from '../../agent/link/session.ts'
import { systemClock } from '../../shared/clock/clock.ts'
import { protocolVersion, speaksWith } from '../../shared/config/version.ts'
import type { HostSpec } from '../../shared/fleet/replica.ts'
import { silentLog } from '../../shared/log/log.ts'
import { contract } from '../../shared/rpc/proto.ts'
import { eventually } from '../lab/wait.ts'
import { startTestController } from '../support/controller.ts'
import { emptyInventory } from '../support/inventory.ts'
import { frozenAgentLink, frozenProtocol, startOldAgent } from './support/old-agent.ts'

const deadlineMs = 20_000
const spec = JSON.stringify({
  name: 'chat',
  model: { name: 'chat', path: '/models/chat.gguf' },
  engine: { preset: 'llamacpp' },
  image: 'engine:1',
  warmProbe: { enabled: false },
})

test('the frozen contract is that of the protocol before this one', (t) => {
  t.is(frozenProtocol, protocolVersion - 1, 'freeze the contract that is being replaced in test/fixtures/wire, and drop the one before')
  t.true(speaksWith(frozenProtocol))
})

test('an agent of the protocol before this one joins, is sent what it is to run, and its replica serves', async (t) => {
  await using fleet = await startTestController()
  await using agent = await startOldAgent(fleet, 'gpu-old')
  await eventually(() => agent.welcomes.length === 1, { deadlineMs, what: 'a welcome' })
  await fleet.control.apply(spec, 'test', false)
  const sent = await eventually(() => agent.specs.find(({ replicas }) => replicas.length > 0), {
    deadlineMs,
    what: 'a spec with a replica',
  })
  const [replica] = sent.replicas
  t.like(replica, { id: 'chat-1', deployment: 'chat', revision: 1 })
  t.true(replica?.args.includes('--model'))
  agent.status([{ ...replica, phase: 'ready', endpoint: '127.0.0.1:31000', instanceId: 'c-1', sinceUnixMs: 5 }])
  await eventually(
    async () => (await fleet.control.fleet()).replicas.some(({ id, routed, phase }) => id === 'chat-1' && routed && phase === 'ready'),
    {
      deadlineMs,
      what: 'the replica to serve',
    },
  )
  t.like((await fleet.control.fleet()).hosts[0], { name: 'gpu-old', state: 'ready', agentVersion: '0.0.9' })
  t.deepEqual(agent.errors, [])
})

test('an agent of any other protocol is refused by name and told which side to upgrade', async (t) => {
  await using fleet = await startTestController()
  for (const protocol of [frozenProtocol - 1, protocolVersion + 1]) {
    await using agent = await startOldAgent(fleet, `gpu-${protocol}`, { protocol })
    await eventually(() => agent.errors.length > 0, { deadlineMs, what: 'a refusal' })
    t.regex(
      agent.errors[0]?.message ?? '',
      new RegExp(`speaks protocol ${protocol} .*this controller ${protocolVersion}.*upgrade the older`),
    )
    t.deepEqual(agent.welcomes, [])
  }
})

/** Every word that a controller of that release has for a replica. */
const oldReplica = {
  ...{ id: 'chat-1', deployment: 'chat', revision: 1, runtime: 'docker', image: 'e:1', command: [], args: ['--model', '{{modelPath}}'] },
  ...{ memlock: 'auto', pull: 'missing', onPartition: 'keep', onOom: 'report', engine: 'llamacpp', loadTimeoutMs: 60_000 },
  health: { path: '/health', intervalMs: 5_000, timeoutMs: 3_000, failures: 3 },
  warm: { path: '', bodyJson: '', timeoutMs: 1_000 },
}

test('an agent of this protocol follows a controller of the one before', async (t) => {
  const heard: { hello?: { protocol: number }; specAck?: { generation: number } }[] = []
  const server = new grpc.Server()
  server.addService(frozenAgentLink().service, {
    Session: (stream: grpc.ServerDuplexStream<(typeof heard)[number], unknown>) => {
      stream.on('data', (message) => {
        heard.push(message)
        if (!message.hello) return
        stream.write({
          ackSeq: 1,
          welcome: { hostId: 'h', leaseMs: 10_000, heartbeatMs: 500, protocol: frozenProtocol, controllerVersion: '0.0.9' },
        })
        stream.write({
          ackSeq: 1,
          spec: { generation: 4, replicas: [oldReplica] },
        })
      })
      stream.on('end', () => stream.end())
    },
    Answer: () => {},
    Report: () => {},
  })
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))),
  )
  const specs: HostSpec[] = []
  const side: AgentSide = {
    address: '127.0.0.1',
    bootId: 'b',
    labels: {},
    inventory: () => emptyInventory,
    onInventory: () => () => {},
    usage: () => ({ gpus: [], gpuAgeMs: 0, gpuProblem: '' }),
    metrics: () => undefined,
    specGeneration: () => 0,
    setSpec: async (given) => void specs.push(given),
    statuses: () => new Map(),
    onStatus: () => () => {},
    answerers: {},
  }
  const client = new (contract('agent').AgentLink)(`127.0.0.1:${port}`, grpc.credentials.createInsecure())
  const leaving = new AbortController()
  const session = runSession({ client, where: 'old', side, lease: new Lease(), clock: systemClock, log: silentLog }, leaving.signal)
  try {
    await eventually(() => heard.some(({ specAck }) => specAck?.generation === 4), { deadlineMs, what: 'the spec to be acknowledged' })
    t.like(specs[0]?.replicas[0], { id: 'chat-1', image: 'e:1' })
    t.is(heard[0]?.hello?.protocol, protocolVersion)
  } finally {
    leaving.abort()
    await session.catch(() => {})
    client.close()
    server.forceShutdown()
  }
})
