import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labEngine } from '../test/lab/engine.ts'
import { LabFleet } from '../test/lab/fleet.ts'
import { createLab } from '../test/lab/lab.ts'
import { eventually } from '../test/lab/wait.ts'
import { killAgent, killController, killReplica } from './kills.ts'
import { Load } from './load.ts'
import { createShow, type Out, type Shown, type TimedFact, table } from './show.ts'
import { demoSpec, deploymentName, modelName } from './spec.ts'
import { streamOne } from './stream.ts'

export interface DemoOptions {
  readonly signal: AbortSignal
  readonly out: Out
}

const hostCount = 3

const timed = async (facts: TimedFact[], what: string, work: () => Promise<unknown>): Promise<void> => {
  const startedMs = performance.now()
  await work()
  facts.push({ what, ms: performance.now() - startedMs })
}

/** Shows what a user would run and see, as far as it goes without a terminal. */
const shown = async (show: Shown, fleet: LabFleet, words: readonly string[], options: { readonly input?: string } = {}) =>
  show.command(words, await fleet.cli(words, options))

/** Builds a fleet, serves under load, rolls twice, kills three things, and counts. Resolves to the exit code. */
export const runDemo = async ({ signal, out }: DemoOptions): Promise<number> => {
  const show = createShow(out)
  out('Hostler demo: three hosts, each a network namespace with an address and a container engine of its own, on this machine.\n')
  out('The engines and their answers are real (llama.cpp, random weights). The GPUs are not: nvidia-smi on these hosts is a FAKE.\n')
  const directory = await mkdtemp(join(tmpdir(), 'hostler-demo-'))
  let fleet: LabFleet | undefined
  try {
    show.step('Hosts, controller, gateway')
    const engine = await labEngine()
    await using lab = await createLab({ signal })
    await using demo = new LabFleet(lab, directory, signal)
    fleet = demo
    const [hosts] = await Promise.all([lab.addHosts(hostCount, { engine: true }), demo.startController()])
    show.line(`controller at ${lab.gateway}:7400, hosts ${hosts.map(({ name, address }) => `${name} ${address}`).join(', ')}`)
    const gatewayToken = await demo.control.createToken({ kind: 'gateway', ttlMs: 0, uses: 1, role: '', name: '' })
    const hostToken = await demo.control.createToken({ kind: 'host', ttlMs: 0, uses: hostCount, role: '', name: '' })
    await Promise.all([demo.startGateway(gatewayToken.token), ...hosts.map((host) => demo.addMember(host, engine, hostToken.token, 1))])
    await eventually(
      async () => (await demo.control.fleet(['hosts'])).hosts.filter(({ state }) => state === 'ready').length === hostCount,
      {
        deadlineMs: 30_000,
        what: 'all hosts to be ready',
        signal,
      },
    )
    await shown(show, demo, ['get', 'hosts'])
    await shown(show, demo, ['get', 'gpus'])

    show.step('Deploy, and one streamed answer')
    const spec = async (seed: number, replicas: number) => ({
      input: demoSpec({ modelFile: await engine.modelFile(seed), image: engine.image, replicas }),
    })
    const facts: TimedFact[] = []
    await timed(facts, 'first deployment, 3 replicas', async () => shown(show, demo, ['deploy', '-f', '-'], await spec(1, hostCount)))
    const { key } = await demo.control.createKey({ tenant: 'demo', models: [], requestsPerSecond: 0, burst: 0, ttlMs: 0 })
    const client = { origin: demo.origin, apiKey: key, model: modelName }
    await eventually(async () => (await fetch(`${demo.origin}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).ok, {
      deadlineMs: 10_000,
      what: 'the gateway to know the key',
      signal,
    })
    show.line(`streamed: ${await streamOne(client)}`)

    const load = new Load({ ...client, clients: 6, pauseMs: 40 })
    let mayBeCut = () => 0
    try {
      await eventually(() => load.answered > 20, { deadlineMs: 30_000, what: 'the load to run', signal })

      show.step('Second revision on a full fleet: every GPU is taken, so replicas are swapped in place')
      await timed(facts, 'rollout, full fleet (swap in place)', async () =>
        shown(show, demo, ['deploy', '-f', '-'], await spec(2, hostCount)),
      )

      show.step('Third revision with a GPU to spare: a new replica first, then an old one goes')
      await shown(show, demo, ['scale', deploymentName, '--replicas', '2'])
      await timed(facts, 'rollout, spare GPU (surge)', async () => shown(show, demo, ['deploy', '-f', '-'], await spec(3, 2)))

      show.step('kill -9 one replica')
      const killed = await killReplica(demo, signal)
      mayBeCut = () => load.cutBefore(killed.replicaId, killed.killedMs)
      facts.push({ what: 'replica killed, serving again', ms: killed.recoveryMs })
      show.line(killed.told)

      show.step('kill -9 one agent')
      const agent = await killAgent(demo, signal)
      facts.push({ what: 'agent killed, host in touch again', ms: agent.recoveryMs })
      show.line(agent.told)

      show.step('kill -9 the controller')
      const controller = await killController(demo, load, signal)
      facts.push({ what: 'controller killed, all hosts in touch again', ms: controller.recoveryMs })
      show.line(controller.told)
      await shown(show, demo, ['get', 'replicas'])
      await shown(show, demo, ['rollout', 'history', deploymentName])
    } finally {
      await load.stop({ force: signal.aborted })
    }

    const tally = { ...load.tally(), mayBeCut: mayBeCut() }
    out(table(tally, facts))
    for (const problem of load.problems) show.line(problem)
    const good = tally.failed === 0 && tally.cut <= tally.mayBeCut
    out(good ? 'No request failed.\n' : 'FAILED: requests were lost.\n')
    if (!good) out(demo.lastWords())
    return good ? 0 : 1
  } catch (error) {
    out(`\nFAILED: ${error instanceof Error ? error.message : String(error)}\n${fleet?.lastWords() ?? ''}`)
    return 1
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
