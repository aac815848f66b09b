import { webcrypto } from 'node:crypto'
import { join } from 'node:path'
import test from 'ava'
import { openControlLink } from '../../controller/cli/link/control-link.ts'
import { openCertificateAuthority } from '../../controller/identity/ca.ts'
import { startController } from '../../controller/serve.ts'
import { systemClock } from '../../shared/clock/clock.ts'
import { formatJoinToken, parseJoinToken } from '../../shared/identity/join-token.ts'
import { createSigningRequest } from '../../shared/identity/key-pair.ts'
import { silentLog } from '../../shared/log/log.ts'
import { controllerChannel, enrolmentChannel } from '../../shared/rpc/channel.ts'
import { enrolWithToken, renewCredentials } from '../../shared/rpc/enrol.ts'
import { contract } from '../../shared/rpc/proto.ts'
import { callUnary } from '../../shared/rpc/unary.ts'
import { startTestController } from '../support/controller.ts'
import { scratchDirectory } from '../support/scratch.ts'

const hostToken = (uses = 1, ttlMs = 0) => ({ kind: 'host', uses, ttlMs, role: '', name: '' })

test('a token makes a host of a stranger once, and never twice', async (t) => {
  await using fleet = await startTestController()
  const { token } = await fleet.control.createToken(hostToken())
  const credentials = await enrolWithToken(parseJoinToken(token), { name: 'gpu-01', machineId: 'm-1' })
  t.is(credentials.kind, 'host')
  t.is(credentials.controller, `127.0.0.1:${fleet.controller.port}`)
  t.deepEqual(
    (await fleet.control.fleet(['hosts'])).hosts.map(({ name }) => name),
    ['gpu-01'],
  )
  await t.throwsAsync(enrolWithToken(parseJoinToken(token), { name: 'gpu-02', machineId: 'm-2' }), { code: 'TOKEN_EXHAUSTED' })
  t.is((await fleet.control.fleet(['hosts'])).hosts.length, 1)
})

test('an expired, a revoked, a wrong and a mangled token are each refused for what they are', async (t) => {
  const joiner = { name: 'gpu-01', machineId: 'm' }
  let nowUnixMs = Date.now()
  await using fleet = await startTestController({ clock: { monotonicMs: systemClock.monotonicMs, unixMs: () => nowUnixMs } })
  const short = await fleet.control.createToken(hostToken(1, 60_000))
  const revoked = await fleet.control.createToken(hostToken())
  await fleet.control.revokeToken(revoked.id)
  nowUnixMs += 61_000
  await t.throwsAsync(enrolWithToken(parseJoinToken(short.token), joiner), { code: 'TOKEN_EXPIRED' })
  await t.throwsAsync(enrolWithToken(parseJoinToken(revoked.token), joiner), { code: 'TOKEN_INVALID' })
  await t.throwsAsync(enrolWithToken({ ...parseJoinToken(revoked.token), id: 't-unknown' }, joiner), { code: 'TOKEN_INVALID' })
  const good = await fleet.control.createToken(hostToken())
  await t.throwsAsync(enrolWithToken({ ...parseJoinToken(good.token), secret: 'guess' }, joiner), { code: 'TOKEN_INVALID' })
  t.throws(() => parseJoinToken(good.token.slice(0, -9)), { code: 'TOKEN_INVALID' })
  t.throws(() => parseJoinToken('hunter2'), { code: 'TOKEN_INVALID', message: /hostler token create/ })
  t.is((await fleet.control.fleet(['hosts'])).hosts.length, 0)
})

test('joining under the name of somebody with another role takes nothing from them', async (t) => {
  await using fleet = await startTestController()
  const viewer = () => fleet.control.createToken({ kind: 'user', uses: 1, ttlMs: 0, role: 'viewer', name: '' })
  await t.throwsAsync(enrolWithToken(parseJoinToken((await viewer()).token), { name: fleet.admin.name, machineId: '' }), {
    code: 'NAME_TAKEN',
    message: /admin.*viewer/,
  })
  t.is((await fleet.control.version()).role, 'admin')
  const joiner = { name: 'eve', machineId: '' }
  const first = await enrolWithToken(parseJoinToken((await viewer()).token), joiner)
  t.is((await enrolWithToken(parseJoinToken((await viewer()).token), joiner)).id, first.id)
})

test('nothing is sent to a controller whose CA is not the one in the token', async (t) => {
  await using fleet = await startTestController()
  await using stranger = await startTestController()
  const theirs = parseJoinToken((await stranger.control.createToken(hostToken())).token)
  const ours = parseJoinToken((await fleet.control.createToken(hostToken())).token)
  const error = await t.throwsAsync(enrolWithToken({ ...ours, address: theirs.address }, { name: 'gpu-01', machineId: 'm' }), {
    code: 'CA_MISMATCH',
  })
  t.false(error?.message.includes(ours.secret))
})

test('a certificate of another CA gets no connection, one that was taken away gets a reason', async (t) => {
  await using fleet = await startTestController()
  await using directory = await scratchDirectory()
  const ca = await openCertificateAuthority(directory.path, Date.now())
  const { privateKeyPem, csrPem } = await createSigningRequest('x')
  const forged = await ca.issueClient(csrPem, { kind: 'user', id: fleet.admin.id, role: 'admin' }, 3_600_000, Date.now())
  const signal = AbortSignal.timeout(20_000)
  using intruder = openControlLink(
    { ...fleet.admin, privateKeyPem, certificatePem: forged.certificatePem },
    { callTimeoutMs: 5_000, signal },
  )
  await t.throwsAsync(intruder.version(), { code: 'CONTROLLER_UNREACHABLE' })

  const host = await enrolWithToken(parseJoinToken((await fleet.control.createToken(hostToken())).token), {
    name: 'gpu-01',
    machineId: 'm',
  })
  using asHost = openControlLink(host, { callTimeoutMs: 5_000, signal })
  await t.throwsAsync(asHost.version(), { code: 'ROLE_FORBIDDEN' })
  await fleet.control.removeHost('gpu-01', true)
  await t.throwsAsync(asHost.version(), { code: 'IDENTITY_REVOKED' })
  await t.throwsAsync(renewCredentials(host), { code: 'IDENTITY_REVOKED' })
})

test('roles hold: a viewer may look, an operator may deploy, only an admin hands out tokens', async (t) => {
  await using fleet = await startTestController()
  const signal = AbortSignal.timeout(20_000)
  const person = async (role: string) => {
    const { token } = await fleet.control.createToken({ kind: 'user', uses: 1, ttlMs: 0, role, name: '' })
    return openControlLink(await enrolWithToken(parseJoinToken(token), { name: role, machineId: '' }), { callTimeoutMs: 5_000, signal })
  }
  using viewer = await person('viewer')
  using operator = await person('operator')
  t.is((await viewer.version()).role, 'viewer')
  await t.throwsAsync(viewer.scale('x', 1), { code: 'ROLE_FORBIDDEN' })
  await t.throwsAsync(operator.scale('x', 1), { code: 'NOT_FOUND' })
  await t.throwsAsync(operator.createToken(hostToken()), { code: 'ROLE_FORBIDDEN' })
})

test('a machine that joins again under its name keeps its id, another machine may not take the name', async (t) => {
  await using fleet = await startTestController()
  const { token } = await fleet.control.createToken(hostToken(3))
  const first = await enrolWithToken(parseJoinToken(token), { name: 'gpu-01', machineId: 'm-1' })
  const again = await enrolWithToken(parseJoinToken(token), { name: 'gpu-01', machineId: 'm-1' })
  t.is(again.id, first.id)
  await t.throwsAsync(enrolWithToken(parseJoinToken(token), { name: 'gpu-01', machineId: 'm-2' }), { code: 'NAME_TAKEN' })
  await enrolWithToken(parseJoinToken(token), { name: 'gpu-02', machineId: 'm-2' })
})

test('a certificate can be renewed with itself as proof, and the new key is another one', async (t) => {
  await using fleet = await startTestController()
  const host = await enrolWithToken(parseJoinToken((await fleet.control.createToken(hostToken())).token), {
    name: 'gpu-01',
    machineId: 'm',
  })
  const renewed = await renewCredentials(host)
  t.not(renewed.privateKeyPem, host.privateKeyPem)
  t.is((await renewCredentials(renewed)).id, host.id)
})

test('an agent of a protocol too far away is told so, when it joins and when it connects', async (t) => {
  await using fleet = await startTestController()
  const { token } = await fleet.control.createToken(hostToken())
  const { address, id, secret } = parseJoinToken(token)
  const target = enrolmentChannel(address, fleet.admin.caPem)
  const enrolment = new (contract('identity').Enrolment)(target.address, target.credentials, target.options)
  const { csrPem } = await createSigningRequest('x')
  const request = { tokenId: id, tokenSecret: secret, csrPem, name: 'old', machineId: '', protocol: 99, version: '9.9.9' }
  const error = await t.throwsAsync(
    callUnary<object, object>(enrolment.Enrol.bind(enrolment), request, { timeoutMs: 5_000, where: address }),
    { code: 'PROTOCOL_MISMATCH' },
  )
  t.regex(error?.message ?? '', /9\.9\.9/)
  enrolment.close()

  const host = await enrolWithToken(parseJoinToken(token), { name: 'gpu-01', machineId: 'm' })
  const channel = controllerChannel(host)
  const link = new (contract('agent').AgentLink)(channel.address, channel.credentials, channel.options)
  const session = link.Session()
  const refused = new Promise<Error>((resolve) => session.on('error', resolve))
  session.write({ seq: 1, hello: { protocol: 99, agentVersion: '9.9.9', inventory: {} } })
  t.regex((await refused).message, /protocol 99/)
  link.close()
})

test('a second controller on the same data directory is refused and told who holds it', async (t) => {
  await using fleet = await startTestController()
  const error = await t.throwsAsync(startController({ settings: fleet.settings, clock: systemClock, log: silentLog }), {
    code: 'DATA_DIR_LOCKED',
  })
  t.true(error?.message.includes(String(process.pid)))
})

test('a controller that was started again has the same CA, and its admin and hosts still get in', async (t) => {
  await using fleet = await startTestController()
  const host = await enrolWithToken(parseJoinToken((await fleet.control.createToken(hostToken())).token), {
    name: 'gpu-01',
    machineId: 'm',
  })
  await fleet.restart()
  t.is((await fleet.control.version()).role, 'admin')
  await t.notThrowsAsync(renewCredentials(host))
  t.is((await fleet.control.fleet(['hosts'])).hosts.length, 1)
})

test('join tokens survive being printed and pasted', (t) => {
  const token = {
    address: '[::1]:7401',
    id: 't-1',
    secret: Buffer.from(webcrypto.getRandomValues(new Uint8Array(32))).toString('base64url'),
    caSha256Hex: 'ab'.repeat(32),
  }
  t.deepEqual(parseJoinToken(`  ${formatJoinToken(token)}\n`), token)
})

test('a CA whose key is missing is not quietly replaced', async (t) => {
  await using directory = await scratchDirectory()
  await openCertificateAuthority(directory.path, Date.now())
  const { rm } = await import('node:fs/promises')
  await rm(join(directory.path, 'ca.key'))
  await t.throwsAsync(openCertificateAuthority(directory.path, Date.now()), { code: 'CONFIG_INVALID', message: /ca\.key/ })
})
