import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { labTest } from '../../lab/requires.ts'
import { freePort } from '../../support/free-port.ts'
import { nginxSays, startNginx } from '../../support/nginx.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { type Answer, startUpstream, until } from '../gateway/parts.ts'
import { startControlServer } from './support/control-server.ts'
import { run } from './support/run.ts'

const spec = (name: string, more: object = {}) =>
  JSON.stringify({ name, model: { name, path: `/models/${name}` }, engine: { preset: 'vllm' }, ...more })

const exported = async (stdin: string, ...args: readonly string[]): Promise<string> => {
  const { exitCode, stdout, stderr } = await run(['export', 'nginx', '-f', '-', ...args], { stdin })
  if (exitCode !== 0) throw new Error(stderr)
  return stdout
}

const nginxTest = labTest(test, { programs: ['nginx'] })

nginxTest(
  'NGINX is content with what export nginx writes: one deployment or several, limits, caps, IPv6, and without an address.',
  async (t) => {
    const limited = { rateLimit: { requestsPerSecond: 0.3, burst: 1 }, maxConcurrent: 8 }
    const many = `${spec('chat', limited)}\n---\n${spec('embed', { rateLimit: { requestsPerSecond: 20 } })}\n---\n${spec('none')}`
    const servers = ['--server', 'chat=10.0.0.1:8000', 'chat=[::1]:8000', 'embed=127.0.0.1:8000']
    for (const [name, text] of Object.entries({
      one: await exported(spec('chat'), '--server', '10.0.0.1:8000'),
      limited: await exported(spec('chat', limited), '--server', '10.0.0.1:8000', '--listen', '127.0.0.1:8181'),
      several: await exported(many, ...servers),
      none: await exported(spec('chat')),
    }))
      t.is(await nginxSays(text), '', name)
    t.is(await exported(many, ...servers), await exported(many, ...servers), 'the same input gives the same file')
  },
)

nginxTest(
  'Through NGINX as exported, tokens come one by one, requests go where fewest are, and a client that leaves ends its request.',
  async (t) => {
    const held: (() => void)[] = []
    const stream: Answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: first\n\n')
      held.push(() => response.end('data: last\n\n'))
    }
    await using a = await startUpstream(stream)
    await using b = await startUpstream(stream)
    const port = await freePort()
    const config = await exported(spec('chat'), '--server', `127.0.0.1:${a.port}`, `127.0.0.1:${b.port}`, '--listen', `127.0.0.1:${port}`)
    await using _nginx = await startNginx(config, port)
    const ask = (signal?: AbortSignal) =>
      fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
        method: 'POST',
        body: '{}',
        headers: { authorization: 'Bearer own' },
        ...(signal ? { signal } : {}),
      })

    const leaving = new AbortController()
    const answers = await Promise.all([ask(leaving.signal), ask(), ask(), ask(), ask(), ask()])
    t.deepEqual([a.requests.length, b.requests.length], [3, 3])
    const readers = answers.map(({ body }) => body?.getReader())
    for (const reader of readers)
      t.is(new TextDecoder().decode((await reader?.read())?.value), 'data: first\n\n', 'before the last is written')
    t.is(a.requests[0]?.request.headers.authorization, 'Bearer own')
    t.is(a.requests[0]?.request.headers.connection, undefined)

    leaving.abort()
    await t.throwsAsync(async () => readers[0]?.read())
    await until('one engine to be told', () => [...a.requests, ...b.requests].some(({ request }) => request.socket.destroyed))
    for (const end of held) end()
    for (const reader of readers.slice(1)) t.is(new TextDecoder().decode((await reader?.read())?.value), 'data: last\n\n')
  },
)

nginxTest(
  'What NGINX itself refuses has the shape that clients know: over the limit, too large, nobody there; engines are administered by nobody.',
  async (t) => {
    await using engine = await startUpstream()
    const port = await freePort()
    const two = `${spec('chat', { rateLimit: { requestsPerSecond: 0.02, burst: 2 } })}\n---\n${spec('none')}\n---\n${spec('dead')}`
    const dead = await freePort()
    const config = await exported(
      two,
      '--server',
      `chat=127.0.0.1:${engine.port}`,
      `dead=127.0.0.1:${dead}`,
      '--listen',
      `127.0.0.1:${port}`,
    )
    await using _nginx = await startNginx(config, port)
    const ask = async (path: string, body = '{}') => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body })
      const text = await response.text()
      return { status: response.status, retryAfter: response.headers.get('retry-after'), code: /"code":"(\w+)"/.exec(text)?.[1] }
    }
    t.is((await ask('/chat/v1/completions')).status, 200)
    t.is(engine.requests[0]?.request.url, '/v1/completions')
    t.is((await ask('/chat/v1/completions')).status, 200)
    t.deepEqual(await ask('/chat/v1/completions'), { status: 429, retryAfter: '1', code: 'rate_limit_exceeded' })
    t.deepEqual(await ask('/none/v1/completions'), { status: 503, retryAfter: null, code: 'no_replica' })
    t.deepEqual(await ask('/dead/v1/completions'), { status: 502, retryAfter: null, code: 'upstream_failed' })
    t.deepEqual(await ask('/dead/v1/completions', 'x'.repeat(11 * 1024 * 1024)), { status: 413, retryAfter: null, code: 'body_too_large' })
    for (const path of ['/chat/v1/load_lora_adapter', '/chat/slots', '/slots']) t.is((await ask(path)).status, 404, path)
    t.is(engine.requests.length, 2)
  },
)

nginxTest('Replicas that come and go behind NGINX, each time with a new export and a reload, fail no request under load.', async (t) => {
  const answer: Answer = async (_request, response) => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    response.end('ok')
  }
  const engines = await Promise.all([1, 2, 3].map(() => startUpstream(answer)))
  const port = await freePort()
  const configOf = (used: readonly number[]) =>
    exported(spec('chat'), '--server', ...used.map((index) => `127.0.0.1:${engines[index]?.port}`), '--listen', `127.0.0.1:${port}`)
  await using nginx = await startNginx(await configOf([0, 1]), port)
  const failures: unknown[] = []
  let done = 0
  let stop = false
  const client = async () => {
    while (!stop) {
      const ended = await fetch(`http://127.0.0.1:${port}/v1/completions`, {
        method: 'POST',
        body: '{}',
        headers: { connection: 'close' },
      }).then(async (response) => `${response.status} ${await response.text()}`, String)
      if (ended !== '200 ok') failures.push(ended)
      done++
    }
  }
  const clients = Array.from({ length: 8 }, client)
  for (const used of [[0, 1, 2], [1, 2], [2], [0, 2], [0, 1]]) {
    const before = done
    const seen = engines.map(({ requests }) => requests.length)
    await nginx.reload(await configOf(used))
    await until('every new one to be asked', () => used.every((index) => (engines[index]?.requests.length ?? 0) > (seen[index] ?? 0)))
    await until('more load', () => done > before + 40)
  }
  stop = true
  await Promise.all(clients)
  for (const engine of engines) await engine.kill()
  t.deepEqual(failures, [])
})

nginxTest('Without -f, export nginx writes the gateways that are connected now.', async (t) => {
  await using server = await startControlServer()
  const gateway = (name: string, address: string, connected: boolean) => ({ id: `g-${name}`, name, address, connected, snapshotVersion: 1 })
  server.answers.fleet = {
    gateways: [gateway('b', '10.0.0.3:8080', true), gateway('a', '10.0.0.2:8080', true), gateway('c', '10.0.0.4:8080', false)],
  }
  const { exitCode, stdout, stderr } = await run(['export', 'nginx'], { credentialsFile: server.credentialsFile })
  t.is(exitCode, 0, stderr)
  t.deepEqual(
    [...stdout.matchAll(/^ *server ([\d.:]+) /gm)].map(([, address]) => address),
    ['10.0.0.2:8080', '10.0.0.3:8080'],
  )
  t.regex(stderr, /gateway c is left out: it is not connected/)
  t.is(await nginxSays(stdout), '')
  server.answers.fleet = { gateways: [] }
  const none = await run(['export', 'nginx'], { credentialsFile: server.credentialsFile })
  t.not(none.exitCode, 0)
  t.regex(none.stderr, /no gateway is connected/)
})

test('export nginx refuses addresses and ports that are none, names nobody knows, and the file of somebody else.', async (t) => {
  const refusal = async (...args: readonly string[]) => {
    const { exitCode, stderr, stdout } = await run(['export', 'nginx', ...args], { stdin: `${spec('chat')}\n---\n${spec('embed')}` })
    t.is(exitCode, 2, args.join(' '))
    t.is(stdout, '')
    return stderr
  }
  t.regex(await refusal('-f', '-', '--server', '10.0.0.1:8000'), /names no deployment, and there are 2/)
  t.regex(await refusal('-f', '-', '--server', 'chta=10.0.0.1:8000'), /no deployment is named chta; there are: chat, embed/)
  for (const address of ['10.0.0.1', '10.0.0.1:0', '10.0.0.1:70000', 'a b:80', 'a;}:80', '::1:80', ''])
    t.regex(await refusal('-f', '-', '--server', `chat=${address}`), /is no address; expected HOST:PORT/)
  t.regex(await refusal('-f', '-', '--server', 'chat=a:1', 'chat=a:1'), /is given twice/)
  t.regex(await refusal('--server', 'chat=a:1'), /give -f too/)
  t.regex(await refusal('-f', '-', '--listen', '80; evil'), /expected a port or ADDRESS:PORT/)

  await using directory = await scratchDirectory()
  const file = join(directory.path, 'hostler.conf')
  const write = () => run(['export', 'nginx', '-f', '-', '--server', 'a:1', '-o', file], { stdin: spec('chat') })
  t.is((await write()).exitCode, 0)
  t.is((await write()).exitCode, 0)
  t.regex(await readFile(file, 'utf8'), /server a:1 /)
  await writeFile(file, 'server {}\n')
  t.is((await write()).exitCode, 1)
  t.is(await readFile(file, 'utf8'), 'server {}\n')
})
