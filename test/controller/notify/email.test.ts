import { writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import { SMTPServer } from 'smtp-server'
import { openCertificateAuthority } from '../../../controller/identity/ca.ts'
import { deliver } from '../../../controller/notify/deliver.ts'
import { secretsDirectory } from '../../../controller/notify/secrets-directory.ts'
import { controllerServerName } from '../../../shared/identity/subject.ts'
import { neverAborted } from '../../support/check-context.ts'
import { notice, noticeAlert, receiver } from '../../support/notice.ts'
import { scratchDirectory } from '../../support/scratch.ts'

interface Mail {
  readonly user: string
  readonly from: string
  readonly to: readonly string[]
  readonly secure: boolean
  readonly text: string
}

/** A real SMTP server with STARTTLS that asks for a password and refuses one recipient. */
const startMailServer = async (directory: string) => {
  const ca = await openCertificateAuthority(join(directory, 'ca'), Date.now())
  const { privateKeyPem, chainPem } = await ca.issueServer(Date.now())
  await writeFile(join(directory, 'ca-pem'), ca.certificatePem)
  await writeFile(join(directory, 'password'), 'right\n')
  await writeFile(join(directory, 'old-password'), 'wrong\n')
  const mails: Mail[] = []
  const server = new SMTPServer({
    key: privateKeyPem,
    cert: chainPem,
    authMethods: ['PLAIN', 'LOGIN'],
    onAuth: ({ username, password }, _session, done) =>
      password === 'right' ? done(null, { user: username }) : done(new Error('the password is wrong')),
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('nobody') ? done(Object.assign(new Error('no such mailbox'), { responseCode: 550 })) : done(),
    onData: (stream, session, done) => {
      let text = ''
      stream.on('data', (piece: Buffer) => {
        text += piece.toString()
      })
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          user: String(session.user),
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          text,
        })
        done()
      })
    },
  })
  // A client that breaks off its handshake is no trouble of the server.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  return {
    mails,
    port: (server.server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** What a message says, in whichever of the two codings for 8-bit text it came. */
const bodyOf = (mail: string): string => {
  const end = mail.indexOf('\r\n\r\n')
  const body = mail.slice(end + 4)
  if (/^Content-Transfer-Encoding: base64/im.test(mail.slice(0, end))) return Buffer.from(body, 'base64').toString()
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}

const mailbox = (port: number, changes: object = {}) => ({
  host: '127.0.0.1',
  port,
  from: 'hostler@example.org',
  to: ['ada@example.org', 'bob@example.org'],
  user: 'hostler',
  passwordSecret: 'password',
  caSecret: 'ca-pem',
  serverName: controllerServerName,
  timeout: '5s',
  ...changes,
})

test('an e-mail goes over TLS, after a log-in, to all recipients, with a subject that says what is wrong and a body that says what to do', async (t) => {
  await using scratch = await scratchDirectory()
  await using server = await startMailServer(scratch.path)
  const around = { secret: secretsDirectory(scratch.path), nowUnixMs: () => 0, signal: neverAborted }
  const said = await deliver(
    receiver({ email: mailbox(server.port) }),
    notice({ alerts: [noticeAlert(), noticeAlert({ id: 'b' })] }),
    around,
  )
  t.is(said, '127.0.0.1 took it for 2 of 2 recipients')
  const [mail] = server.mails
  t.like(mail, { user: 'hostler', from: 'hostler@example.org', secure: true })
  t.deepEqual(mail?.to, ['ada@example.org', 'bob@example.org'])
  t.regex(mail?.text ?? '', /^Subject: \[hostler\] FIRING critical: gpu-1 is lost \(\+1 more\)\r$/m)
  t.regex(mail?.text ?? '', /^Message-ID: <n1@example\.org>\r$/m)
  t.regex(mail?.text ?? '', /What to do: Look at its power\./)
  await deliver(receiver({ language: 'zh', email: mailbox(server.port) }), notice(), around)
  t.true(bodyOf(server.mails[1]?.text ?? '').includes('处理建议: 检查供电。'))
})

test('a wrong password, a certificate of somebody else and a mailbox that is not there are told, and only the last is given up at once', async (t) => {
  await using scratch = await scratchDirectory()
  await using server = await startMailServer(scratch.path)
  const around = { secret: secretsDirectory(scratch.path), nowUnixMs: () => 0, signal: neverAborted }
  const failing = async (changes: object) => t.throwsAsync(deliver(receiver({ email: mailbox(server.port, changes) }), notice(), around))
  const password = await failing({ passwordSecret: 'old-password' })
  t.like(password, { code: 'NOTICE_FAILED', fields: { permanent: false } })
  t.notRegex(password?.message ?? '', /wrong\n|right/)
  t.like(await failing({ caSecret: undefined }), { code: 'NOTICE_FAILED', fields: { permanent: false } })
  const gone = await failing({ to: ['nobody@example.org'] })
  t.like(gone, { code: 'NOTICE_FAILED', fields: { permanent: true } })
  t.is(server.mails.length, 0)
})
