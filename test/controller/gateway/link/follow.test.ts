import type { ServerDuplexStream } from '@grpc/grpc-js'
import test from 'ava'
import type { Gateway } from '../../../../controller/gateway/gateway.ts'
import { follow } from '../../../../controller/gateway/link/follow.ts'
import { runSession } from '../../../../controller/gateway/link/session.ts'
import { openCertificateAuthority } from '../../../../controller/identity/ca.ts'
import type { GatewayAck__Output } from '../../../../proto/generated/hostler/v1/GatewayAck.ts'
import type { GatewayHello__Output } from '../../../../proto/generated/hostler/v1/GatewayHello.ts'
import type { GatewayMessage__Output } from '../../../../proto/generated/hostler/v1/GatewayMessage.ts'
import type { GatewayTraffic__Output } from '../../../../proto/generated/hostler/v1/GatewayTraffic.ts'
import type { GatewayUpdate } from '../../../../proto/generated/hostler/v1/GatewayUpdate.ts'
import { systemClock } from '../../../../shared/clock/clock.ts'
import { systemTimers } from '../../../../shared/clock/timers.ts'
import { protocolVersion } from '../../../../shared/config/version.ts'
import type { EngineLoad } from '../../../../shared/fleet/engine-load.ts'
import type { Snapshot } from '../../../../shared/fleet/membership.ts'
import type { Credentials } from '../../../../shared/identity/credentials-file.ts'
import { parseJoinToken } from '../../../../shared/identity/join-token.ts'
import { createSigningRequest } from '../../../../shared/identity/key-pair.ts'
import { silentLog } from '../../../../shared/log/log.ts'
import { controllerChannel } from '../../../../shared/rpc/channel.ts'
import { forWire } from '../../../../shared/rpc/codec/mutable.ts'
import { enrolWithToken } from '../../../../shared/rpc/enrol.ts'
import { contract } from '../../../../shared/rpc/proto.ts'
import { type RpcServer, startRpcServer } from '../../../../shared/rpc/server.ts'
import { startTestController } from '../../../support/controller.ts'
import { scratchDirectory } from '../../../support/scratch.ts'
import { endpoint, gatewayWith, post, route, snapshot, startUpstream, until, url } from '../parts.ts'

interface Peer extends AsyncDisposable {
  readonly credentials: Credentials
  readonly hellos: GatewayHello__Output[]
  readonly acks: GatewayAck__Output[]
  readonly traffic: GatewayTraffic__Output[]
  send(update: GatewayUpdate): void
  stop(): Promise<void>
  restart(): Promise<void>
}

/** The controller's end of the stream, with real TLS, that keeps what gateways say. */
const startPeer = async (): Promise<Peer> => {
  const directory = await scratchDirectory()
  const nowMs = Date.now()
  const ca = await openCertificateAuthority(directory.path, nowMs)
  const tls = { ...(await ca.issueServer(nowMs)), caPem: ca.certificatePem, requireClientCertificate: true }
  const { privateKeyPem, csrPem } = await createSigningRequest('gateway')
  const { certificatePem } = await ca.issueClient(csrPem, { kind: 'gateway', id: 'g-1' }, 3_600_000, nowMs)
  const hellos: GatewayHello__Output[] = []
  const acks: GatewayAck__Output[] = []
  const traffic: GatewayTraffic__Output[] = []
  let stream: ServerDuplexStream<GatewayMessage__Output, GatewayUpdate> | undefined
  const listen = (port: number) =>
    startRpcServer({
      host: '127.0.0.1',
      port,
      tls,
      register: (server) =>
        server.addService(contract('gateway').GatewayLink.service, {
          Follow: (opened: ServerDuplexStream<GatewayMessage__Output, GatewayUpdate>) => {
            stream = opened
            opened.on('error', () => {})
            opened.on('data', ({ hello, ack, traffic: counts }: GatewayMessage__Output) => {
              if (hello) hellos.push(hello)
              if (ack) acks.push(ack)
              if (counts) traffic.push(counts)
            })
          },
        }),
    })
  let server: RpcServer = await listen(0)
  const { port } = server
  return {
    credentials: {
      version: 1,
      kind: 'gateway',
      id: 'g-1',
      name: 'gateway',
      controller: `127.0.0.1:${port}`,
      caPem: ca.certificatePem,
      certificatePem,
      privateKeyPem,
    },
    hellos,
    acks,
    traffic,
    send: (update) => void stream?.write(update),
    stop: () => server.stop(0),
    async restart() {
      server = await listen(port)
    },
    async [Symbol.asyncDispose]() {
      await server.stop(0)
      await directory[Symbol.asyncDispose]()
    },
  }
}

const following = (gateway: Gateway, credentials: Credentials): AsyncDisposable => {
  const stop = new AbortController()
  const running = follow(
    { credentials: () => credentials, gateway, address: '127.0.0.1:8080', clock: systemClock, random: Math.random, log: silentLog },
    stop.signal,
  )
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}

const wire = (value: Snapshot): GatewayUpdate => ({
  snapshot: forWire({
    ...value,
    routes: value.routes.map(({ rateLimit: _, canary, ...rest }) => ({ ...rest, ...(canary ? { canary } : {}) })),
    keys: value.keys.map(({ rateLimit: _, ...rest }) => rest),
  }),
})

test('A gateway applies what the controller sends, acknowledges it with what is outstanding, and says when a draining replica is done.', async (t) => {
  const finish = Promise.withResolvers<void>()
  await using upstream = await startUpstream(async (_request, response) => {
    response.write('begun')
    await finish.promise
    response.end()
  })
  await using peer = await startPeer()
  await using gateway = await gatewayWith(undefined)
  await using _link = following(gateway, peer.credentials)
  await until('the gateway to say hello', () => peer.hellos.length === 1)
  t.like(peer.hellos[0], { protocol: protocolVersion, address: '127.0.0.1:8080', snapshotVersion: 0 })
  peer.send(wire(snapshot(7, [route([endpoint('r1', upstream.origin)])])))
  await until('the acknowledgement', () => peer.acks.at(-1)?.snapshotVersion === 7)
  const running = await post(gateway)
  peer.send(wire(snapshot(8, [route([endpoint('r1', upstream.origin, { draining: true })])])))
  await until('the next one', () => peer.acks.at(-1)?.snapshotVersion === 8)
  t.deepEqual(peer.acks.at(-1)?.outstanding, { r1: 1 })
  const before = peer.acks.length
  await until('one a second while it drains', () => peer.acks.length >= before + 2)
  t.deepEqual(peer.acks.at(-1)?.outstanding, { r1: 1 })
  const held = post(gateway)
  await until('the line to be told', () => peer.acks.at(-1)?.waiting.chat === 1)
  finish.resolve()
  await running.text()
  await until('the drain to be over', () => peer.acks.at(-1)?.outstanding.r1 === 0)
  peer.send(wire(snapshot(9, [])))
  t.is((await held).status, 404)
})

test('A request for a deployment that has no replica is told to the controller when it comes, and not at the next tick.', async (t) => {
  await using peer = await startPeer()
  await using gateway = await gatewayWith(snapshot(1, [route([])]))
  const target = controllerChannel(peer.credentials)
  const client = new (contract('gateway').GatewayLink)(target.address, target.credentials, target.options)
  const stop = new AbortController()
  // For this session no time ever passes.
  const timers = { ...systemTimers, after: () => () => {} }
  const session = runSession({ client, where: target.address, address: '127.0.0.1:8080', gateway, timers, log: silentLog }, stop.signal)
  await until('the first acknowledgement', () => peer.acks.length === 1)
  const held = post(gateway)
  await until('the line to be told', () => peer.acks.at(-1)?.waiting.chat === 1)
  t.is(peer.acks.length, 2)
  const more = post(gateway)
  peer.send(wire(snapshot(2, [])))
  t.deepEqual([(await held).status, (await more).status], [404, 404])
  t.is(peer.acks.length, 3, 'whoever comes after the first is no news')
  stop.abort()
  await session
  client.close()
})

test('A gateway tells of suspects at once.', async (t) => {
  await using gone = await startUpstream()
  await gone.kill()
  await using peer = await startPeer()
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('dead', gone.origin)], { holdMs: 50 })]))
  await using _link = following(gateway, peer.credentials)
  await until('hello', () => peer.hellos.length === 1)
  t.is((await post(gateway)).status, 503)
  await until('the suspect to be told', () => peer.acks.some(({ suspects }) => suspects.includes('dead')))
  t.pass()
})

test('What engines told goes to the gateway, and moves requests away from who is busy with those of others.', async (t) => {
  const upstreams = await Promise.all([startUpstream(), startUpstream()])
  await using _both = { [Symbol.asyncDispose]: () => Promise.all(upstreams.map((one) => one.kill())).then(() => {}) }
  await using peer = await startPeer()
  const endpoints = upstreams.map(({ origin }, at) => endpoint(`r${at}`, origin))
  await using gateway = await gatewayWith(snapshot(1, [route(endpoints)]))
  const told: (readonly EngineLoad[])[] = []
  const take = (loads: readonly EngineLoad[]) => {
    told.push(loads)
    gateway.takeLoads(loads)
  }
  await using _link = following(Object.create(gateway, { takeLoads: { value: take } }), peer.credentials)
  await until('hello', () => peer.hellos.length === 1)
  const ask = async (times: number) => {
    const before = upstreams.map(({ requests }) => requests.length)
    for (let i = 0; i < times; i++) await (await post(gateway)).text()
    return upstreams.map(({ requests }, at) => requests.length - (before[at] ?? 0))
  }
  t.deepEqual(await ask(6), [3, 3])
  peer.send({ loads: { loads: [{ replicaId: 'r0', running: 5, waiting: 1, kvCacheRatio: 0.9, ageMs: 0 }, { replicaId: 'gone' }] } })
  await until('the figures to come', () => told.length === 1)
  t.deepEqual(told[0]?.[0], { replicaId: 'r0', running: 5, waiting: 1, kvCacheRatio: 0.9, ageMs: 0 })
  t.deepEqual(await ask(6), [0, 6])
  peer.send({ loads: { loads: [{ replicaId: 'r0', running: 5, waiting: 0, ageMs: 60_000 }] } })
  await until('the next to come', () => told.length === 2)
  t.is(told[1]?.[0]?.kvCacheRatio, undefined)
  t.deepEqual(await ask(6), [3, 3], 'what is stale means nothing')
})

test('A membership that cannot be served is refused whole, and the last one stays in use.', async (t) => {
  await using upstream = await startUpstream()
  await using peer = await startPeer()
  await using gateway = await gatewayWith(snapshot(3, [route([endpoint('r1', upstream.origin)])]))
  await using _link = following(gateway, peer.credentials)
  await until('hello', () => peer.hellos.length === 1)
  const before = peer.acks.length
  peer.send(wire(snapshot(4, [route([endpoint('r1', upstream.origin), endpoint('r2', 'gopher://nowhere')])])))
  await until('an answer', () => peer.acks.length > before)
  t.is(peer.acks.at(-1)?.snapshotVersion, 3)
  t.is((await post(gateway)).status, 200)
})

test('While the controller is away the gateway serves on; when it is back it hears at once what is in use and outstanding.', async (t) => {
  const finish = Promise.withResolvers<void>()
  await using upstream = await startUpstream(async (_request, response, body) => {
    if (body.includes('slow')) await finish.promise
    response.end('ok')
  })
  await using peer = await startPeer()
  await using gateway = await gatewayWith(undefined)
  await using _link = following(gateway, peer.credentials)
  await until('hello', () => peer.hellos.length === 1)
  peer.send(wire(snapshot(5, [route([endpoint('r1', upstream.origin)])])))
  await until('the acknowledgement', () => peer.acks.at(-1)?.snapshotVersion === 5)
  const slow = post(gateway, { model: 'm', slow: true })
  await until('it to be in flight', () => gateway.outstanding().get('r1') === 1)
  await peer.stop()
  t.is((await post(gateway)).status, 200)
  peer.acks.length = 0
  await peer.restart()
  await until('another hello', () => peer.hellos.length === 2, 20_000)
  t.is(peer.hellos[1]?.snapshotVersion, 0, 'the version is said only together with the counts')
  await until('an acknowledgement', () => peer.acks.length > 0)
  t.like(peer.acks[0], { snapshotVersion: 5, outstanding: { r1: 1 } })
  finish.resolve()
  t.is((await slow).status, 200)
})

test('A real controller gives a gateway its API keys, takes them back within a second, and may restart meanwhile.', async (t) => {
  await using fleet = await startTestController()
  const { token } = await fleet.control.createToken({ kind: 'gateway', uses: 1, ttlMs: 0, role: '', name: '' })
  const credentials = await enrolWithToken(parseJoinToken(token), { name: 'edge', machineId: 'm' })
  await using gateway = await gatewayWith(undefined)
  await using _link = following(gateway, credentials)
  const { id, key } = await fleet.control.createKey({ tenant: 'team', models: [], requestsPerSecond: 0, burst: 0, ttlMs: 0 } as Parameters<
    typeof fleet.control.createKey
  >[0])
  const status = async () => (await fetch(url(gateway, '/v1/models'), { headers: { authorization: `Bearer ${key}` } })).status
  await until('the key to work', async () => (await status()) === 200)
  await fleet.restart()
  t.is(await status(), 200)
  await fleet.control.revokeKey(id)
  await until('the key to be useless', async () => (await status()) === 401)
})

test('What a key and a spec say of limits and lines reaches the gateway through a real controller.', async (t) => {
  await using fleet = await startTestController()
  const { token } = await fleet.control.createToken({ kind: 'gateway', uses: 1, ttlMs: 0, role: '', name: '' })
  const credentials = await enrolWithToken(parseJoinToken(token), { name: 'edge', machineId: 'm' })
  await using gateway = await gatewayWith(undefined)
  const given: Snapshot[] = []
  const keep = (next: Snapshot) => {
    given.push(next)
    gateway.apply(next)
  }
  await using _link = following(Object.create(gateway, { apply: { value: keep } }), credentials)
  const wish = { tenant: 'team', models: [], requestsPerSecond: 0, burst: 0, ttlMs: 0 }
  await fleet.control.createKey({ ...wish, priority: 100, tokensPerMinute: 9_000 })
  await t.throwsAsync(fleet.control.createKey({ ...wish, priority: 7 }), {
    message: /7 is no priority of an API key; expected low \(-100\)/,
  })
  t.deepEqual(
    (await fleet.control.keys()).map(({ priority }) => priority),
    [100],
  )
  const spec = {
    ...{ name: 'chat', model: { name: 'm', path: '/m' }, engine: { preset: 'vllm' } },
    ...{ limits: { tokensPerMinute: 50_000 }, routing: 'prefix', queue: { max: 7, maxBytes: '2Mi' } },
  }
  await fleet.control.apply(JSON.stringify(spec), 'test', false)
  await until('both to be there', () => given.at(-1)?.keys.length === 1 && given.at(-1)?.routes.length === 1)
  t.like(given.at(-1)?.keys[0], { tenant: 'team', priority: 100, tokensPerMinute: 9_000 })
  t.like(given.at(-1)?.routes[0], {
    deployment: 'chat',
    maxQueue: 7,
    maxQueueBytes: 2 * 1024 * 1024,
    tokensPerMinute: 50_000,
    routing: 'prefix',
  })
})

test('Traffic is told at the start of a session, then when it changed, and in full to a controller that is back.', async (t) => {
  await using upstream = await startUpstream()
  await using peer = await startPeer()
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin, { revision: 4 })])]))
  await using _link = following(gateway, peer.credentials)
  await until('the first report', () => peer.traffic.length === 1)
  t.deepEqual(peer.traffic[0]?.entries, [])
  t.is((await post(gateway)).status, 200)
  await until('the request to be told', () => peer.traffic.at(-1)?.entries[0]?.ok === 1)
  t.like(peer.traffic.at(-1)?.entries[0], { deployment: 'chat', revision: 4, inFlight: 0 })
  await peer.stop()
  peer.traffic.length = 0
  await peer.restart()
  await until('the report to the next controller', () => peer.traffic.length > 0, 20_000)
  t.like(peer.traffic[0]?.entries[0], { deployment: 'chat', revision: 4, ok: 1 })
})
