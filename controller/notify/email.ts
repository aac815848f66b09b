import nodemailer from 'nodemailer'
import { messageOf } from '../../shared/errors/hostler-error.ts'
import { withDeadline } from '../../shared/lifecycle/deadline.ts'
import type { AlertReceiver } from '../domain/alert/receiver-schema.ts'
import type { Deliver } from './deliver.ts'
import { emailText, subjectLine } from './email-text.ts'
import { fingerprint } from './payload.ts'
import { noticeFailed } from './refusal.ts'

type Email = NonNullable<AlertReceiver['email']>

/** Refusals of the message or of everyone it goes to, which no later attempt mends. */
const isRefused = (error: unknown): boolean => {
  const { code, responseCode } = error as { readonly code?: unknown; readonly responseCode?: unknown }
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && typeof responseCode === 'number' && responseCode >= 500
}

/** Sends one message to all recipients. Its Message-ID is made of the notice's id, so that a repetition can be told from news. */
export const deliverEmail: Deliver<Email> = async (email, receiver, notice, { secret, signal }) => {
  const { host, port, tls, from, to, user, passwordSecret, caSecret, serverName, timeout } = email
  const transport = nodemailer.createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'none',
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(user === undefined || passwordSecret === undefined ? {} : { auth: { user, pass: await secret(passwordSecret) } }),
    tls: {
      ...(caSecret === undefined ? {} : { ca: await secret(caSecret) }),
      ...(serverName === undefined ? {} : { servername: serverName }),
    },
  })
  const stop = () => transport.close()
  signal.addEventListener('abort', stop, { once: true })
  const domain = from.slice(from.lastIndexOf('@') + 1)
  try {
    const work = transport.sendMail({
      from,
      to: [...to],
      subject: subjectLine(notice, receiver.language),
      text: emailText(notice, receiver.language),
      messageId: `<${notice.id}@${domain}>`,
      // Notices of a group are one thread.
      references: [`<${fingerprint(notice.groupId)}@${domain}>`],
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Hostler-Notice': notice.id },
    })
    const { accepted, rejected } = await withDeadline(work, timeout * 2, `sending e-mail through ${host}`)
    return `${host} took it for ${accepted.length} of ${accepted.length + rejected.length} recipients`
  } catch (error) {
    throw noticeFailed(`${host}:${port}: ${messageOf(error)}`, isRefused(error), error)
  } finally {
    signal.removeEventListener('abort', stop)
    transport.close()
  }
}
