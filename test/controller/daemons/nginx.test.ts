import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { processesIn } from '../../../controller/gateway/nginx/workers.ts'
import { writeCredentials } from '../../../shared/identity/credentials-file.ts'
import { parseJoinToken } from '../../../shared/identity/join-token.ts'
import { enrolWithToken } from '../../../shared/rpc/enrol.ts'
import { startProcess } from '../../lab/process.ts'
import { labTest } from '../../lab/requires.ts'
import { startTestController } from '../../support/controller.ts'
import { freePort } from '../../support/free-port.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { endpoint, route, snapshot, startUpstream, until } from '../gateway/parts.ts'

const hostler = join(import.meta.dirname, '../../../bin/hostler')
const deadlineMs = 60_000
const nginxTest = labTest(test, { programs: ['nginx', 'setpriv'] })

nginxTest(
  'hostler gateway --engine nginx: serves what it knew last without a controller, leaves nothing behind when it is killed, and refuses to pretend to check keys.',
  async (t) => {
    await using directory = await scratchDirectory()
    const { path } = directory
    const nginxDirectory = join(path, 'nginx')
    const end = Promise.withResolvers<void>()
    await using engine = await startUpstream(async (_request, response, body) => {
      response.write('begun ')
      if (body.includes('slow')) await end.promise
      response.end('ended')
    })
    {
      await using fleet = await startTestController()
      const { token } = await fleet.control.createToken({ kind: 'gateway', uses: 1, ttlMs: 0, role: '', name: '' })
      await writeCredentials(join(path, 'credentials.json'), await enrolWithToken(parseJoinToken(token), { name: 'edge', machineId: '' }))
    }
    await mkdir(nginxDirectory, { recursive: true })
    await writeFile(join(path, 'membership.json'), JSON.stringify(snapshot(7, [route([endpoint('r1', engine.origin)])])))
    const port = await freePort()
    const env = { HOSTLER_GATEWAY_LISTEN_HOST: '127.0.0.1', HOSTLER_GATEWAY_LISTEN_PORT: String(port), HOSTLER_GATEWAY_NGINX_WORKERS: '1' }
    const start = (more: Record<string, string> = {}) =>
      startProcess(hostler, ['gateway', '--engine', 'nginx', '--data-dir', path], { env: { ...env, ...more } })
    const ask = (body = '{}') => fetch(`http://127.0.0.1:${port}/v1/completions`, { method: 'POST', body })

    await using refused = await start()
    t.is((await refused.closed).code, 2)
    t.regex(refused.stderr, /NGINX cannot check API keys/)
    t.deepEqual(await processesIn(nginxDirectory), [])

    const open = { HOSTLER_GATEWAY_AUTH: 'open' }
    await using killed = await start(open)
    await killed.outputs(/"daemon ready"/, deadlineMs)
    t.is(await (await ask()).text(), 'begun ended')
    const slow = await ask('slow')
    killed.kill('SIGKILL')
    await killed.exited
    await until('the port to be free', () =>
      ask().then(
        () => false,
        () => true,
      ),
    )
    await using next = await start(open)
    await next.outputs(/"daemon ready"/, deadlineMs)
    t.is(await (await ask()).text(), 'begun ended')
    end.resolve()
    t.is(await slow.text(), 'begun ended', 'what it had when it was killed ends by itself')
    next.kill('SIGTERM')
    t.deepEqual(await next.exited, { code: 0, signal: null })
    t.deepEqual(await processesIn(nginxDirectory), [])
  },
)
