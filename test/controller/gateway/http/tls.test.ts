import { once } from 'node:events'
import { rename, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { join } from 'node:path'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import test from 'ava'
import { gatewaySettings } from '../../../../controller/gateway/config.ts'
import type { Gateway } from '../../../../controller/gateway/gateway.ts'
import type { LogFields } from '../../../../shared/log/log.ts'
import { silentLog } from '../../../../shared/log/log.ts'
import { makeCertificate, type TestCertificate } from '../../../support/certificate.ts'
import { scratchDirectory } from '../../../support/scratch.ts'
import { endpoint, gatewayWith, rawPost, readAll, route, secret, snapshot, startUpstream, total, until } from '../parts.ts'

interface World extends AsyncDisposable {
  readonly gateway: Gateway
  readonly logged: { readonly message: string; readonly fields: LogFields | undefined }[]
  /** Puts files in the place of those in use, as renewals do. */
  put(certificate: Partial<TestCertificate>): Promise<void>
}

const startWorld = async (origin: string, first: TestCertificate): Promise<World> => {
  await using opening = new AsyncDisposableStack()
  const { path } = opening.use(await scratchDirectory())
  const files = { cert: join(path, 'tls.crt'), key: join(path, 'tls.key') }
  const put = async ({ certPem, keyPem }: Partial<TestCertificate>) => {
    for (const [file, text] of [
      [files.cert, certPem],
      [files.key, keyPem],
    ] as const) {
      if (text === undefined) continue
      await writeFile(`${file}.next`, text)
      await rename(`${file}.next`, file)
    }
  }
  await put(first)
  const logged: World['logged'] = []
  const keep = (message: string, fields?: LogFields) => void logged.push({ message, fields })
  const log = { ...silentLog, info: keep, warn: keep, error: keep }
  const gateway = opening.use(
    await gatewayWith(snapshot(1, [route([endpoint('r1', origin)])]), { tls: { ...files, checkMs: 100 } }, { log }),
  )
  const resources = opening.move()
  return { gateway, logged, put, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

const open = async ({ gateway }: World, options: ConnectionOptions): Promise<TLSSocket> => {
  const socket = connect({ host: '127.0.0.1', port: gateway.address.port, ...options })
  await once(socket, 'secureConnect')
  return socket
}

const nameShown = async (world: World, ca: readonly TestCertificate[]): Promise<string> => {
  const socket = await open(world, { ca: ca.map(({ certPem }) => certPem) })
  const { CN } = socket.getPeerCertificate().subject
  socket.destroy()
  return String(CN)
}

const chat = rawPost('{"model":"m"}')

test('Over TLS a chat passes as without it; TLS 1.1 and plain HTTP do not get in, and HTTP/1.1 is all that is spoken.', async (t) => {
  await using upstream = await startUpstream()
  const certificate = await makeCertificate('first')
  await using world = await startWorld(upstream.origin, certificate)
  const sent = request({
    host: '127.0.0.1',
    port: world.gateway.address.port,
    path: '/v1/chat/completions',
    method: 'POST',
    ca: certificate.certPem,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
  })
  sent.end('{"model":"m"}')
  const [answer] = await once(sent, 'response')
  t.is(answer.statusCode, 200)
  t.is((await readAll(answer)).toString(), '{"model":"m"}')
  t.is(total(world.gateway.outstanding()), 0)

  const ca = certificate.certPem
  await t.throwsAsync(open(world, { ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }), {
    message: /protocol version/,
  })
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const socket = await open(world, { ca, maxVersion, ALPNProtocols: ['h2', 'http/1.1'] })
    t.deepEqual([socket.getProtocol(), socket.alpnProtocol], [maxVersion, 'http/1.1'])
    socket.destroy()
  }
  await t.throwsAsync(fetch(`http://127.0.0.1:${world.gateway.address.port}/healthz`))
  t.is(await nameShown(world, [certificate]), 'first', 'it goes on after those')
})

test('A renewed certificate is shown to new connections, and a stream that runs on an old one is not disturbed.', async (t) => {
  const end = Promise.withResolvers<void>()
  await using upstream = await startUpstream(async (_request, response) => {
    response.write('begun ')
    await end.promise
    response.end('ended')
  })
  const [first, second] = [await makeCertificate('first'), await makeCertificate('second')]
  await using world = await startWorld(upstream.origin, first)
  const socket = await open(world, { ca: first.certPem })
  let text = ''
  socket.on('data', (piece: Buffer) => {
    text += piece.toString()
  })
  socket.write(chat)
  await until('the stream to begin', () => text.includes('begun '))
  await world.put(second)
  await until('the new one to be shown', async () => (await nameShown(world, [first, second])) === 'second')
  end.resolve()
  await until('the stream to end', () => text.endsWith('0\r\n\r\n'))
  t.true(text.includes('ended'))
  socket.write(chat)
  await until('another answer on the old connection', () => text.split('HTTP/1.1 200').length === 3)
  socket.destroy()
})

test('A certificate that cannot be used leaves the old one in use and is told once: the wrong key, half a file, nothing there.', async (t) => {
  await using upstream = await startUpstream()
  const [first, second, third] = [
    await makeCertificate('first'),
    await makeCertificate('second'),
    await makeCertificate('third', 86_400_000),
  ]
  await using world = await startWorld(upstream.origin, first)
  const complaints = () => world.logged.filter(({ message }) => message.startsWith('the new certificate cannot be used'))
  const complains = async (count: number, reason: RegExp) => {
    await until(`complaint ${count}`, () => complaints().length >= count)
    t.regex(String(complaints().at(-1)?.fields?.reason), reason)
    t.is(await nameShown(world, [first]), 'first')
  }
  await world.put({ certPem: second.certPem })
  await complains(1, /the key in .*tls\.key is not that of the certificate in .*tls\.crt/)
  await world.put({ certPem: second.certPem.slice(0, 200), keyPem: second.keyPem })
  await complains(2, /gateway\.tls\.cert: .*tls\.crt is not usable/)
  await world.put({ keyPem: '' })
  await world.put({ certPem: second.certPem })
  await complains(3, /gateway\.tls\.key: .*tls\.key is not usable/)
  await world.put(third)
  await until('the next good one to be shown', async () => (await nameShown(world, [first, third])) === 'third')
  t.is(complaints().length, 3, 'once each')
  t.true(world.logged.some(({ message }) => message === 'certificate in use, which expires soon'))
})

test('A drain with TLS ends connections that never shook hands, and lets answers end.', async (t) => {
  const end = Promise.withResolvers<void>()
  await using upstream = await startUpstream(async (_request, response) => {
    await end.promise
    response.end('ended')
  })
  const certificate = await makeCertificate('first')
  await using world = await startWorld(upstream.origin, certificate)
  const socket = await open(world, { ca: certificate.certPem })
  let text = ''
  socket.on('data', (piece: Buffer) => {
    text += piece.toString()
  })
  socket.write(chat)
  await until('it to be at work', () => upstream.requests.length === 1)
  const silent = connectTcp(world.gateway.address.port, '127.0.0.1')
  await once(silent, 'connect')
  const drained = world.gateway.drain(30_000)
  end.resolve()
  await until('the answer', () => text.includes('ended'))
  await Promise.all([drained, once(silent.resume(), 'close')])
  t.true(text.includes('connection: close') || text.includes('Connection: close'))
})

test('A gateway whose certificate is not there says so and does not start.', async (t) => {
  const settings = { listen: { host: '127.0.0.1', port: 0 }, tls: { cert: '/nonexistent/tls.crt', key: '/nonexistent/tls.key' } }
  t.notThrows(() => gatewaySettings.parse(settings))
  const error = await t.throwsAsync(gatewayWith(undefined, settings))
  t.regex(String(error?.message), /gateway\.tls\.(cert|key): \/nonexistent\/tls\.(crt|key) cannot be read/)
})
