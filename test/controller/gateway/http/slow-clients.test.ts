import { spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'ava'
import { labTest } from '../../../lab/requires.ts'
import { endpoint, gatewayWith, post, route, snapshot, startUpstream, total, until, url } from '../parts.ts'

const large = Buffer.alloc(1024 * 1024, 0x61)

/** Ways of slowhttptest to hold connections, 100 at a time for 4 s. */
const attacks: Readonly<Record<string, readonly string[]>> = {
  headers: ['-H', '-i', '1'],
  body: ['-B', '-i', '1', '-s', '8192'],
  read: ['-X', '-w', '10', '-y', '20', '-n', '1', '-z', '32', '-k', '1'],
}

const slowTest = labTest(test, { programs: ['slowhttptest'] })

slowTest(
  'Slow headers, slow bodies and slow reading, 100 connections of each at once, hold up nobody else and leave nothing behind.',
  async (t) => {
    await using upstream = await startUpstream((request, response) => void response.end(request.method === 'GET' ? large : 'ok'))
    await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]), {
      auth: 'open',
      timeouts: { requestHeadMs: 2_000, requestMs: 3_000, clientStallMs: 2_000 },
    })
    const running = Object.entries(attacks).map(([name, args]) => {
      const child = spawn('slowhttptest', [...args, '-c', '100', '-r', '100', '-l', '4', '-p', '3', '-u', url(gateway, '/v1/files')], {
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      return { name, ended: once(child, 'exit') }
    })
    const over = Promise.all(running.map(({ ended }) => ended))
    let done = false
    over.then(() => {
      done = true
    })
    await until(
      'them to be there',
      () => /^hostler_gateway_open_requests\{[^}]*\} [5-9]\d$/m.test(gateway.metrics()) || upstream.requests.length >= 100,
    )
    let served = 0
    while (!done) {
      const response = await post(gateway)
      t.deepEqual([response.status, await response.text()], [200, 'ok'])
      served++
    }
    t.true(served > 10, `${served} were served meanwhile`)
    for (const { name, ended } of running) t.is((await ended)[0], 0, name)
    await until('all to have ended', () => /^hostler_gateway_open_requests\{[^}]*\} 0$/m.test(gateway.metrics()))
    t.is(total(gateway.outstanding()), 0)
    t.deepEqual(gateway.suspects(), [])
  },
)
