/** Who is told of alerts, and how, as people write it. */
import { z } from 'zod'
import { count, dnsLabel, duration, text } from '../spec/fields.ts'
import { labelName, matcher } from './label-fields.ts'
import { severities } from './severity.ts'

const hour = 3_600_000

/** What is in it must not be seen: secrets lie in files of the controller's machine. */
const secret = () =>
  dnsLabel().describe('Name of a file in the secrets directory of the controller (alerts.secretsDir); its text is never shown.')

const httpUrl = () =>
  z
    .url({ protocol: /^https?$/, error: 'expected a URL such as https://example.org/hook' })
    .max(1000)
    .refine((url) => {
      const { username, password } = new URL(url)
      return username === '' && password === ''
    }, 'credentials do not belong into a URL, where everybody sees them; put them into a secret')

const timeoutMs = () => duration({ minMs: 100, maxMs: 60_000 }).prefault('10s').describe('How long one attempt may take.')

const webhook = z
  .strictObject({
    url: httpUrl().optional().describe('Where notices are posted to, as JSON.'),
    urlSecret: secret().optional().describe('Or the secret that holds the URL, where the URL itself is one.'),
    hmacSecret: secret()
      .optional()
      .describe('The key that signs each body: X-Hostler-Signature, sha256=HEX of HMAC over "TIMESTAMP.BODY".'),
    bearerSecret: secret().optional().describe('A token for the Authorization header.'),
    timeout: timeoutMs(),
  })
  .refine(({ url, urlSecret }) => (url === undefined) !== (urlSecret === undefined), 'give either url or urlSecret')

const email = z.strictObject({
  host: text(253).describe('The SMTP server.'),
  port: count(1, 65_535).prefault(587),
  tls: z
    .enum(['required', 'opportunistic', 'implicit', 'none'])
    .prefault('required')
    .describe('required: STARTTLS or nothing. opportunistic: STARTTLS where the server has it. implicit: TLS from the start, port 465.'),
  caSecret: secret().optional().describe("The authority (PEM) that the server's certificate leads to, when it is none of the system's."),
  serverName: text(253).optional().describe("The name in the server's certificate, when it is not that of host."),
  from: z.email().describe('The sender.'),
  to: z.array(z.email()).min(1).max(50).describe('The recipients.'),
  user: text(200).optional().describe('To log in with, together with passwordSecret.'),
  passwordSecret: secret().optional(),
  timeout: timeoutMs(),
})

const alertmanager = z.strictObject({
  urls: z
    .array(httpUrl())
    .min(1)
    .max(5)
    .describe('Of each Alertmanager of a cluster, such as http://alertmanager:9093; it is enough that one takes a notice.'),
  bearerSecret: secret().optional().describe('A token for the Authorization header.'),
  resend: duration({ minMs: 10_000, maxMs: hour })
    .prefault('1m')
    .describe('What fires is sent again this often, and is over for Alertmanager when it has not heard of it for four times as long.'),
  timeout: timeoutMs(),
})

export const alertReceiverSchema = z
  .strictObject({
    kind: z.literal('AlertReceiver'),
    name: dnsLabel().describe('Name of the receiver.'),
    severities: z.array(z.enum(severities)).min(1).prefault(['critical', 'warning']).describe('Only alerts of these severities.'),
    match: z
      .array(matcher())
      .max(20)
      .prefault([])
      .describe('Only alerts that fit all of these, such as deployment=ds7b, host=gpu-0* or alertname!=tuning-drift.'),
    groupBy: z.array(labelName()).max(10).prefault(['alertname']).describe('Alerts that agree in these labels are told together.'),
    groupWait: duration({ maxMs: hour }).prefault('30s').describe('How long a first alert waits for others of its group.'),
    groupInterval: duration({ maxMs: 24 * hour })
      .prefault('5m')
      .describe('Least time between two notices of a group.'),
    repeat: duration({ minMs: 60_000, maxMs: 7 * 24 * hour })
      .prefault('4h')
      .describe('How often what still fires is told again.'),
    sendResolved: z.boolean().prefault(true).describe('Whether the end of an alert is told.'),
    language: z.enum(['en', 'zh']).prefault('en').describe('Of the texts, where a rule has them.'),
    webhook: webhook.optional(),
    email: email.optional(),
    alertmanager: alertmanager.optional(),
  })
  .check((context) => {
    const { webhook: hook, email: mail, alertmanager: manager } = context.value
    const given = [hook, mail, manager].filter((block) => block !== undefined).length
    if (given !== 1)
      context.issues.push({
        code: 'custom',
        input: context.value,
        path: [],
        message: 'give exactly one of webhook, email and alertmanager',
      })
    if (mail !== undefined && (mail.user === undefined) !== (mail.passwordSecret === undefined))
      context.issues.push({ code: 'custom', input: mail, path: ['email', 'user'], message: 'user and passwordSecret belong together' })
    if (mail?.user !== undefined && mail.tls === 'none')
      context.issues.push({
        code: 'custom',
        input: mail,
        path: ['email', 'tls'],
        message: 'a password would be sent in the clear; use TLS, or no user',
      })
  })

export type AlertReceiver = z.output<typeof alertReceiverSchema>
