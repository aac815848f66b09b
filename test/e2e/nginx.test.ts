import { join } from 'node:path'
import test from 'ava'
import { request } from 'undici'
import { LabFleet } from '../lab/fleet.ts'
import { createLab } from '../lab/lab.ts'
import { labTest } from '../lab/requires.ts'
import { eventually } from '../lab/wait.ts'
import { scratchDirectory } from '../support/scratch.ts'

const onLab = labTest(test, { root: true, programs: ['nginx', 'setpriv'] })
const stub = join(import.meta.dirname, '../fixtures/engine-stub-server.ts')
const deadlineMs = 120_000
const hostCount = 2
const clientCount = 4

/** One replica each on two of four GPUs, so that a rollout surges: NGINX holds no request while a replica is swapped in place. */
const spec = (revision: number, replicas: number): string => `\
name: wide
model: { name: wide }
engine:
  preset: custom
  command: [${process.execPath}, ${stub}]
  args: [--host, "{{address}}", --port, "{{port}}", --api-key, "{{apiKey}}", --warm-ms, "30"]
runtime: exec
env: { REVISION: "${revision}" }
replicas: ${replicas}
resources: { gpus: 1, gpuMemory: 1Gi }
memlock: off
health: { path: /health, interval: 500ms, timeout: 400ms }
stopGrace: 2s
`

onLab(
  'With NGINX in the place of a gateway a fleet rolls, grows and shrinks under load, its drains end, and no request fails.',
  async (t) => {
    t.timeout(480_000)
    await using stack = new AsyncDisposableStack()
    const lab = stack.use(await createLab())
    const { path } = stack.use(await scratchDirectory())
    const fleet = stack.use(new LabFleet(lab, path, new AbortController().signal))
    const [hosts] = await Promise.all([lab.addHosts(hostCount), fleet.startController()])
    const { token } = await fleet.control.createToken({ kind: 'host', ttlMs: 0, uses: hostCount, role: '', name: '' })
    const gateway = await fleet.control.createToken({ kind: 'gateway', ttlMs: 0, uses: 1, role: '', name: '' })
    const settings = { HOSTLER_GATEWAY_ENGINE: 'nginx', HOSTLER_GATEWAY_AUTH: 'open', HOSTLER_GATEWAY_NGINX_WORKERS: '2' }
    await Promise.all([fleet.startGateway(gateway.token, { settings }), ...hosts.map((host) => fleet.addMember(host, undefined, token, 2))])
    await fleet.cli(['deploy', '-f', '-'], { input: spec(1, 2) })

    const ask = async (): Promise<string> => {
      const { statusCode, body } = await request(`${fleet.origin}/v1/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'wide', prompt: 'Hello', max_tokens: 4 }),
        // One that is kept and idle is closed by a reload.
        reset: true,
      })
      return `${statusCode} ${statusCode === 200 ? '' : await body.text()}${await body.dump()}`
    }
    await eventually(async () => (await ask()).startsWith('200'), { deadlineMs, what: 'the first answer' })
    const failures: string[] = []
    let answered = 0
    let stop = false
    const client = async () => {
      while (!stop) {
        const ended = await ask().catch(String)
        if (ended.startsWith('200')) answered++
        else failures.push(ended)
      }
    }
    const clients = Array.from({ length: clientCount }, client)
    const deployment = async () => (await fleet.control.fleet(['deployments'])).deployments[0]
    for (const [revision, replicas] of [
      [2, 2],
      [2, 4],
      [2, 1],
      [3, 1],
    ] as const) {
      await fleet.cli(['deploy', '-f', '-'], { input: spec(revision, replicas) })
      await eventually(
        async () => {
          const found = (await fleet.control.fleet(['replicas'])).replicas
          return found.length === replicas && found.every(({ routed }) => routed)
        },
        { deadlineMs, what: `${replicas} replicas of revision ${revision}` },
      )
    }
    stop = true
    await Promise.all(clients)
    t.deepEqual(failures, [], `of ${answered} requests`)
    t.true(answered > 100)
    t.like(await deployment(), { state: 'ready' })
    t.log(`${answered} requests answered, none failed`)
  },
)
