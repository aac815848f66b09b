import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import test from 'ava'
import type { GatewaySettingsInput } from '../../../controller/gateway/config.ts'
import { type Log, silentLog } from '../../../shared/log/log.ts'
import { endpoint, gatewayWith, post, rawClient, rawPost, route, snapshot, startUpstream, until } from './parts.ts'

/** A gateway before one replica, with the reasons that its log gives for requests that ended. */
const startLogged = async (origin: string, timeouts: GatewaySettingsInput['timeouts'], over: Parameters<typeof route>[1] = {}) => {
  const reasons: string[] = []
  const note = (message: string, fields?: object) => {
    if (message === 'request' && fields && 'reason' in fields) reasons.push(String(fields.reason))
  }
  const log: Log = { ...silentLog, info: note, warn: note }
  const gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', origin)], over)]), { timeouts }, { log })
  return { gateway, reasons, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]() }
}

const errorOf = async (response: Response): Promise<string> => {
  const { error } = (await response.json()) as { error: { code: string; message: string } }
  return `${response.status} ${error.code}: ${error.message}`
}

test('A connection that is not taken in time is a limit of its own, and the replica rests.', async (t) => {
  // A stopped process whose kernel has room for two connections that nobody takes.
  const script = "require('net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},function(){console.log(this.address().port)})"
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  const port = Number(String(line))
  child.kill('SIGSTOP')
  const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  await until('the kernel to be full', () => fillers.filter(({ connecting }) => !connecting).length >= 2)
  try {
    await using one = await startLogged(`http://127.0.0.1:${port}`, { connectMs: 200 }, { holdMs: 500 })
    t.regex(
      await errorOf(await post(one.gateway)),
      /^503 no_replica: 'chat' could not answer within the 500 ms .* none of its 1 replicas accepts/,
    )
    await until('it to be logged', () => one.reasons.length === 1)
    t.regex(one.reasons[0] ?? '', /Before that: .*timeout.*200 ?ms/i)
    t.deepEqual(one.gateway.suspects(), ['r1'])
  } finally {
    for (const socket of fillers) socket.destroy()
    child.kill('SIGKILL')
  }
})

test('No free place in time is a limit of its own, and nobody is blamed.', async (t) => {
  await using mute = await startUpstream(() => {})
  await using one = await startLogged(mute.origin, {}, { holdMs: 150 })
  one.gateway.apply(snapshot(2, [route([endpoint('r1', mute.origin, { maxConcurrent: 1 })], { holdMs: 150 })]))
  const leaving = new AbortController()
  const first = post(one.gateway, { model: 'm' }, { signal: leaving.signal }).catch(() => {})
  await until('it to be busy', () => one.gateway.outstanding().get('r1') === 1)
  t.regex(
    await errorOf(await post(one.gateway)),
    /^429 queue_timeout: All replicas of 'chat' stayed busy for the 150 ms that a request may wait/,
  )
  t.deepEqual(one.gateway.suspects(), [])
  leaving.abort()
  await first
})

test('No first byte in time is a limit of its own.', async (t) => {
  await using mute = await startUpstream(() => {})
  await using one = await startLogged(mute.origin, { firstByteMs: 150 })
  t.regex(
    await errorOf(await post(one.gateway)),
    /^504 upstream_timeout: .* did not answer in time: no byte of an answer came within 150 ms \(gateway.timeouts.firstByteMs\)\.$/,
  )
})

test('An answer that stands still is a limit of its own.', async (t) => {
  await using upstream = await startUpstream((_request, response) => void response.write('begun'))
  await using one = await startLogged(upstream.origin, { idleMs: 150 })
  await t.throwsAsync((await post(one.gateway)).text())
  await until('it to be logged', () => one.reasons.length === 1)
  t.is(one.reasons[0], 'the answer stood still for 150 ms (gateway.timeouts.idleMs)')
})

test('The whole of a request has a limit of its own.', async (t) => {
  await using mute = await startUpstream(() => {})
  await using one = await startLogged(mute.origin, { totalMs: 200 })
  t.regex(
    await errorOf(await post(one.gateway)),
    /^504 upstream_timeout: .* within the 200 ms that one may take in all \(gateway.timeouts.totalMs\)/,
  )
})

test('A client that does not read has a limit of its own.', async (t) => {
  await using upstream = await startUpstream((_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
    }
    response.on('drain', more)
    more()
  })
  await using one = await startLogged(upstream.origin, { clientStallMs: 200 })
  using client = await rawClient(one.gateway)
  client.socket.pause()
  client.socket.write(rawPost('{"model":"m"}'))
  await until('it to be logged', () => one.reasons.length === 1)
  t.is(one.reasons[0], 'the client read nothing for 200 ms (gateway.timeouts.clientStallMs)')
})
