import test from 'ava'
import type { Container } from 'dockerode'
import type { Gateway } from '../../../controller/gateway/gateway.ts'
import { usageIn } from '../../../controller/gateway/proxy/usage-tail.ts'
import { labEngine } from '../../lab/engine.ts'
import { createLab } from '../../lab/lab.ts'
import { labTest } from '../../lab/requires.ts'
import { eventually } from '../../lab/wait.ts'
import { endpoint, gatewayWith, post, route, snapshot, total, until } from './parts.ts'

const onEngines = labTest(test, { root: true, engine: true })

/** One streamed chat: all of it, or what came before it broke off. */
const chat = async (
  gateway: Gateway,
  tokens: number,
): Promise<{ readonly status: number; readonly text: string; readonly whole: boolean }> => {
  const body = { model: 'lab', messages: [{ role: 'user', content: 'hello' }], max_tokens: tokens, stream: true }
  const response = await post(gateway, body)
  let text = ''
  try {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true })
  } catch {
    return { status: response.status, text, whole: false }
  }
  return { status: response.status, text, whole: text.trimEnd().endsWith('data: [DONE]') }
}

onEngines(
  'Two real engines behind a gateway: streams pass whole, and a killed engine fails no request that had no byte of its answer',
  async (t) => {
    const engine = await labEngine()
    await engine.modelFile(1)
    await using lab = await createLab()
    const host = await lab.addHost({ engine: true })
    await engine.load(host.docker)
    const start = async (port: number): Promise<{ readonly container: Container; readonly origin: string }> => {
      const container = await host.docker.createContainer({
        Image: engine.image,
        Cmd: [
          ...['--model', '/models/lab-1.gguf', '--alias', 'lab', '--host', host.address, '--port', String(port)],
          ...['--ctx-size', '16384', '--parallel', '2', '--threads', '1', '--api-key', `key-${port}`],
        ],
        HostConfig: { NetworkMode: 'host', Binds: [`${engine.modelDirectory}:/models:ro`] },
      })
      await container.start()
      return { container, origin: `http://${host.address}:${port}` }
    }
    const [first, second] = await Promise.all([start(8001), start(8002)])
    const endpoints = [endpoint('r1', first.origin, { apiKey: 'key-8001' }), endpoint('r2', second.origin, { apiKey: 'key-8002' })]
    await using gateway = await gatewayWith(snapshot(1, [route(endpoints, { models: ['lab'], holdMs: 30_000, maxQueue: 1000 })]))

    const allTrusted = (what: string) =>
      eventually(
        async () => {
          await chat(gateway, 5)
          return gateway.suspects().length === 0
        },
        { deadlineMs: 30_000, what },
      )

    // While they load they answer 503, which no client sees.
    t.true((await chat(gateway, 5)).whole)
    await eventually(
      async () => (await Promise.all([first, second].map(({ origin }) => fetch(`${origin}/health`)))).every(({ ok }) => ok),
      {
        deadlineMs: 30_000,
        what: 'both models to be loaded',
      },
    )
    await allTrusted('both to serve')
    t.is((await post(gateway, { model: 'lab', prompt: 'once', max_tokens: 5 }, { path: '/v1/completions' })).status, 200)
    t.is((await post(gateway, { content: 'once upon' }, { path: '/tokenize' })).status, 200)
    // What a real engine says that a request used is found at the end of its answer, whole or streamed.
    const asked = { model: 'lab', messages: [{ role: 'user', content: 'say "usage": {}' }], max_tokens: 20 }
    const whole = await (await post(gateway, asked)).text()
    const { usage } = JSON.parse(whole)
    const said = { promptTokens: usage.prompt_tokens, outputTokens: 20, totalTokens: usage.prompt_tokens + 20 }
    t.deepEqual(usageIn(whole.slice(-4_096)), said)
    const streamed = await (await post(gateway, { ...asked, stream: true, stream_options: { include_usage: true } })).text()
    t.deepEqual(usageIn(streamed.slice(-4_096)), said)
    const refused = await post(gateway, { model: 'lab', messages: 'not a list' })
    t.is(refused.status, 400, "the engine's own errors pass")

    // One request after another, so that there is work in flight whenever it is looked for, however fast the engines are.
    const ends: Awaited<ReturnType<typeof chat>>[] = []
    let killed = false
    const client = async () => {
      do ends.push(await chat(gateway, 400))
      while (!killed)
    }
    const clients = Array.from({ length: 24 }, client)
    await until('both to work', () => (gateway.outstanding().get('r1') ?? 0) > 4 && (gateway.outstanding().get('r2') ?? 0) > 4)
    await first.container.kill({ signal: 'SIGKILL' })
    killed = true
    await Promise.all(clients)
    t.deepEqual(new Set(ends.map(({ status }) => status)), new Set([200]))
    const cut = ends.filter(({ whole }) => !whole)
    // Two it was answering, and the two before them, whose last bytes may still have been on their way out of it.
    t.true(cut.length <= 4, `${cut.length} streams broke, of the 2 that the killed engine can answer at a time`)
    t.true(cut.every(({ text }) => text.length > 0))
    t.is(total(gateway.outstanding()), 0)
    t.deepEqual(gateway.suspects(), ['r1'])

    await first.container.start()
    await allTrusted('the engine that came back to serve')
    t.pass()
  },
)
