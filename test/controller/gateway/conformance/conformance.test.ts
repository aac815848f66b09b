import test from 'ava'
import type { Gateway } from '../../../../controller/gateway/gateway.ts'
import { labEngine } from '../../../lab/engine.ts'
import { createLab } from '../../../lab/lab.ts'
import { labTest } from '../../../lab/requires.ts'
import { eventually } from '../../../lab/wait.ts'
import { endpoint, gatewayWith, keyRecord, route, secret, snapshot, total, until, url } from '../parts.ts'
import { startClient } from './client.ts'
import { startToolEngine } from './tool-engine.ts'

const onEngines = labTest(test, { root: true, engine: true })

/** More than a test waits for: what generates so much is still at work unless it was stopped. */
const endless = 12_000

interface World extends AsyncDisposable {
  readonly gateway: Gateway
  /** Requests that the engine works on, as it says itself. */
  busySlots(): Promise<number>
}

/** A llama-server behind a gateway, with a key without limits and `sk-slow`, of which a request a second passes. */
const startWorld = async (): Promise<World> => {
  await using opening = new AsyncDisposableStack()
  const engine = await labEngine()
  await engine.modelFile(1)
  const lab = opening.use(await createLab())
  const host = await lab.addHost({ engine: true })
  await engine.load(host.docker)
  const container = await host.docker.createContainer({
    Image: engine.image,
    Cmd: [
      ...['--model', '/models/lab-1.gguf', '--alias', 'lab', '--host', host.address, '--port', '8000', '--api-key', 'engine-key'],
      ...['--ctx-size', '32768', '--parallel', '2', '--threads', '1', '--embeddings', '--pooling', 'mean', '--jinja', '--slots'],
    ],
    HostConfig: { NetworkMode: 'host', Binds: [`${engine.modelDirectory}:/models:ro`] },
  })
  await container.start()
  const origin = `http://${host.address}:8000`
  await eventually(async () => (await fetch(`${origin}/health`)).ok, { deadlineMs: 30_000, what: 'the model to be loaded' })
  const keys = [
    keyRecord(),
    keyRecord({ id: 'slow', secret: 'sk-slow', rateLimit: { requestsPerSecond: 1, burst: 1 } }),
    keyRecord({ id: 'other', secret: 'sk-other', models: ['another'] }),
  ]
  const served = route([endpoint('r1', origin, { apiKey: 'engine-key' })], { models: ['lab'] })
  const toolEngine = opening.use(await startToolEngine())
  const tools = route([endpoint('t1', toolEngine.origin)], { deployment: 'tools', models: ['tools'] })
  const gateway = opening.use(await gatewayWith(snapshot(1, [served, tools], keys), { maxBodyBytes: 256 * 1024 }))
  const busySlots = async () => {
    const response = await fetch(`${origin}/slots`, { headers: { authorization: 'Bearer engine-key' } })
    return ((await response.json()) as { is_processing: boolean }[]).filter(({ is_processing }) => is_processing).length
  }
  const resources = opening.move()
  return { gateway, busySlots, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

/** How often the gateway answered so. */
const answered = (gateway: Gateway, code: number): number =>
  [...gateway.metrics().matchAll(new RegExp(`^hostler_gateway_requests_total\\{.*code="${code}".*\\} (\\d+)$`, 'gm'))].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  )

onEngines('The npm clients of OpenAI, Vercel and Anthropic work through the gateway as black boxes, on a real llama-server.', async (t) => {
  await using world = await startWorld()
  const { gateway, busySlots } = world
  const v1 = url(gateway, '/v1')
  await using openai = startClient('openai', v1, secret)
  await using vercel = startClient('ai-sdk', v1, secret)
  await using anthropic = startClient('anthropic', url(gateway, ''), secret)
  const model = 'lab'
  const libraries = { openai, vercel, anthropic }

  // What works.
  t.deepEqual(await openai.ask('list', {}), { value: ['lab', 'tools'] })
  t.deepEqual(await openai.ask('model', { model }), { value: 'lab' })
  t.like(await openai.ask('chat', { model, tokens: 20 }), { value: { object: 'chat.completion', finish: 'length', tokens: 20 } })
  t.like(await vercel.ask('chat', { model, tokens: 20 }), { value: { finish: 'length', tokens: 20 } })
  t.like(await anthropic.ask('chat', { model, tokens: 20 }), {
    value: { type: 'message', role: 'assistant', finish: 'max_tokens', tokens: 20 },
  })
  for (const [name, client] of Object.entries(libraries)) {
    const { value } = await client.ask('stream', { model, tokens: 30 })
    t.like(value, { tokens: 30 }, name)
    t.true((value as { pieces: number }).pieces > 10, `${name}: piece by piece`)
  }
  t.deepEqual(await openai.ask('embed', { model, input: ['hello', 'there'] }), { value: [64, 64] })
  t.deepEqual(await vercel.ask('embed', { model, input: ['hello', 'there'] }), { value: [64, 64] })
  const count = await anthropic.ask('count', { model })
  t.true((count.value as number) > 0, JSON.stringify(count))
  for (const [name, client] of Object.entries(libraries)) {
    t.is((await client.ask('tools', { model, tokens: 5 })).failed, undefined, `${name}: a real engine takes tools`)
    const { value } = await client.ask('tools', { model: 'tools', tokens: 200 })
    t.like(value, { name: 'weather', city: 'Oslo' }, name)
  }
  t.like(await openai.ask('streamTools', { model: 'tools', tokens: 200 }), { value: { name: 'weather', city: 'Oslo' } })

  // A client that leaves, streaming or not.
  const nobody = async () => total(gateway.outstanding()) === 0 && (await busySlots()) === 0
  for (const [name, client] of Object.entries(libraries)) {
    const { pieces } = (await client.ask('abort', { model, tokens: endless, pieces: 3 })).value as { pieces: number }
    // A library may hand out what it had read already.
    t.true(pieces >= 3 && pieces < endless / 2, `${name}: ${pieces}`)
    await until(`the slot of ${name} to be free`, nobody)
  }
  // Not streamed: the gateway lets go at once. llama-server looks for its client only when it writes, so it computes to the end.
  const leaving = openai.ask('leave', { model, tokens: 4_000, afterMs: 300 })
  await until('it to be at work', async () => (await busySlots()) === 1)
  t.truthy((await leaving).failed)
  await until('the gateway to have let go', () => total(gateway.outstanding()) === 0)

  // What is refused, in the words of each library.
  t.like(await openai.ask('list', { apiKey: 'sk-wrong' }), {
    failed: { name: 'AuthenticationError', status: 401, code: 'invalid_api_key' },
  })
  t.like(await openai.ask('chat', { model: 'none' }), { failed: { name: 'NotFoundError', status: 404, code: 'model_not_found' } })
  t.like(await openai.ask('chat', { model, apiKey: 'sk-other' }), {
    failed: { name: 'PermissionDeniedError', status: 403, code: 'model_forbidden' },
  })
  t.like(await openai.ask('chat', { model, messages: 'no list' }), { failed: { name: 'BadRequestError', status: 400 } })
  t.like(await anthropic.ask('chat', { model, tokens: 5, apiKey: 'sk-wrong' }), {
    failed: { name: 'AuthenticationError', status: 401, type: 'authentication_error' },
  })
  t.like(await anthropic.ask('chat', { model: 'none', tokens: 5 }), { failed: { name: 'NotFoundError', status: 404 } })
  t.like(await vercel.ask('chat', { model, tokens: 5, apiKey: 'sk-wrong' }), { failed: { name: 'APICallError', status: 401 } })
  t.like(await vercel.ask('chat', { model: 'none', tokens: 5 }), { failed: { name: 'APICallError', status: 404 } })
  const large = 'x'.repeat(4 * 1024 * 1024)
  t.like(await openai.ask('chat', { model, prompt: large }), { failed: { status: 413, code: 'body_too_large' } })
  for (const client of [vercel, anthropic])
    t.like(await client.ask('chat', { model, tokens: 5, prompt: large }), { failed: { status: 413 } })
  t.like(await openai.ask('list', {}), { value: ['lab', 'tools'] }, 'its connection, or the next, goes on')

  // Over the limit: what is not sent again fails, what is sent again waits as long as it was told to.
  const slow = { model, tokens: 5, apiKey: 'sk-slow' }
  await openai.ask('chat', slow)
  t.like(await openai.ask('chat', slow), { failed: { name: 'RateLimitError', status: 429, code: 'rate_limit_exceeded' } })
  for (const [name, client] of Object.entries(libraries)) {
    const before = answered(gateway, 429)
    const patient = { ...slow, maxRetries: 2 }
    const [first, second] = [await client.ask('chat', patient), await client.ask('chat', patient)]
    t.deepEqual([first.failed, second.failed], [undefined, undefined], name)
    const refusals = answered(gateway, 429) - before
    t.true(refusals >= 1 && refusals <= 2, `${name} was refused ${refusals} times: once for each that came too early`)
  }
  await until('nothing to be left', nobody)
})
