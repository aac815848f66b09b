import test from 'ava'
import type { Gateway } from '../../../../controller/gateway/gateway.ts'
import { endpoint, gatewayWith, rawClient, route, snapshot, until } from '../parts.ts'
import { auth, type Case, type Expected, type Forwarded, head, host } from './corpus/case.ts'
import { chunkCases } from './corpus/chunk.ts'
import { encodingCases } from './corpus/encoding.ts'
import { headerCases } from './corpus/header.ts'
import { hostCases } from './corpus/host.ts'
import { lengthCases } from './corpus/length.ts'
import { lineCases } from './corpus/line.ts'
import { type RecordingEngine, startRecordingEngine } from './recording-engine.ts'
import { readAnswers, type StrictMessage, valuesOf } from './strict-reader.ts'

type Outcome = Expected | { readonly kind: 'other'; readonly why: string; readonly client: string; readonly engine: string }

/** Sent behind every case on the same connection: it is either no request at all, or one of its own. */
const after = head([host, auth], 'GET /v1/after HTTP/1.1')

const isAfter = ({ first }: StrictMessage): boolean => first.startsWith('GET /v1/after ')

const forbidden =
  /^(transfer-encoding|te|trailer|x-trailer|upgrade|keep-alive|proxy-authorization|proxy-connection|http2-settings|expect|x-api-key|x-hop|x-other)$/

/** What makes a request that the engine got its own, of which no other server could say anything else. */
const flawsOf = (request: StrictMessage, engineHost: string): string[] => {
  const exactly: Readonly<Record<string, string>> = { host: engineHost, authorization: 'Bearer replica-secret', connection: 'keep-alive' }
  const flaws = Object.entries(exactly)
    .filter(([name, value]) => valuesOf(request, name).join('|') !== value)
    .map(([name]) => `${name}: ${valuesOf(request, name).join('|')}`)
  if (valuesOf(request, 'x-request-id').length !== 1) flaws.push('not one request id')
  const names = request.headers.map(([name]) => name.toLowerCase())
  const spelled = names.map((name) => name.replaceAll('_', '-'))
  flaws.push(...spelled.filter((name) => forbidden.test(name)))
  for (const name of ['content-length', 'authorization', 'x-request-id', 'host']) {
    if (spelled.filter((each) => each === name).length > 1) flaws.push(`${name} twice`)
  }
  return flaws
}

const forwardedOf = (request: StrictMessage, wanted: Forwarded | undefined): Forwarded => {
  const [method = '', target = ''] = request.first.split(' ')
  const has = wanted?.has && Object.fromEntries(Object.keys(wanted.has).map((name) => [name, valuesOf(request, name).join('|')]))
  return { method, target, body: request.body, ...(has ? { has } : {}) }
}

const completed = (expected: Expected): Expected =>
  expected.kind === 'forwarded'
    ? { kind: 'forwarded', requests: expected.requests.map((each) => ({ method: 'POST', target: '/v1/completions', body: '', ...each })) }
    : expected

const inOurShape = ({ body }: StrictMessage): boolean => {
  const { error } = JSON.parse(body) as { error?: { message?: unknown; type?: unknown; code?: unknown } }
  return [error?.message, error?.type, error?.code].every((each) => typeof each === 'string' && each !== '')
}

/** Final answers that can be read so far; undefined when what came is no HTTP. */
const answersIn = (text: string): readonly StrictMessage[] => readAnswers(text).messages.filter(({ first }) => !first.includes(' 100 '))

/** Sends the bytes and says what came of them. */
const outcomeOf = async (gateway: Gateway, engine: RecordingEngine, one: Case, followed: boolean): Promise<Outcome> => {
  using client = await rawClient(gateway)
  client.socket.write(Buffer.from(followed ? one.bytes + after : one.bytes, 'latin1'))
  const { expected } = one
  const wanted = expected.kind === 'forwarded' ? expected.requests.length : 1
  const complete = expected.kind === 'refused' || one.last ? Number.POSITIVE_INFINITY : wanted + (followed ? 1 : 0)
  await until(`an end of: ${one.name}`, () => client.closed() || answersIn(client.received()).length >= complete, 2000).catch(() => {})
  const other = (why: string, got: string): Outcome => ({
    kind: 'other',
    why,
    client: client.received().slice(0, 300),
    engine: got.slice(0, 300),
  })
  try {
    const answers = answersIn(client.received())
    const { messages, rest } = engine.take()
    const got = JSON.stringify(messages)
    const flaws = messages.flatMap((request) => flawsOf(request, engine.host))
    if (rest !== '' || flaws.length > 0) return other(flaws.join(), got + rest)
    const statuses = answers.map(({ first }) => Number(first.split(' ')[1]))
    const [status = 0, second] = statuses
    const [answer] = answers
    if (answer && status >= 400) {
      if (!inOurShape(answer)) return other('not the shape of an error', got)
      if (statuses.length === 1 && client.closed() && messages.length === 0) return { kind: 'refused', status }
      const clear = followed ? second === 200 && messages.length === 1 && messages.every(isAfter) : messages.length === 0
      return clear && !client.closed() ? { kind: 'declined', status } : other('an error, and what then', got)
    }
    // Requests of one connection are sent on side by side, so the engine may get them in any order.
    const own = messages.filter((request) => !isAfter(request))
    if (messages.length - own.length !== (followed && !one.last ? 1 : 0)) return other('what follows is not as it was sent', got)
    if (statuses.length !== messages.length || statuses.some((each) => each !== 200)) return other('not all is answered', got)
    const requests = expected.kind === 'forwarded' ? expected.requests : []
    return { kind: 'forwarded', requests: own.map((request, index) => forwardedOf(request, requests[index])) }
  } catch (error) {
    return other(String(error), '')
  }
}

const suites: Readonly<Record<string, readonly Case[]>> = {
  'Content-Length': lengthCases,
  'Transfer-Encoding': encodingCases,
  chunks: chunkCases,
  Host: hostCases,
  'the first line': lineCases,
  headers: headerCases,
}

for (const [name, cases] of Object.entries(suites)) {
  test(`All that is known to be read in two ways in ${name} is refused, or reaches the engine in a form that is read in one (${cases.length} cases).`, async (t) => {
    await using engine = await startRecordingEngine()
    await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', `http://${engine.host}`)])]))
    for (const followed of [false, true]) {
      const seen: Record<string, Outcome> = {}
      for (const one of cases) seen[one.name] = await outcomeOf(gateway, engine, one, followed)
      t.deepEqual(
        seen,
        Object.fromEntries(cases.map((one) => [one.name, completed(one.expected)])),
        followed ? 'with a request behind' : 'alone',
      )
      t.is(Object.keys(seen).length, cases.length, 'each name is given once')
    }
  })
}
