import { join } from 'node:path'
import test from 'ava'
import { request } from 'undici'
import { LabFleet } from '../lab/fleet.ts'
import { createLab } from '../lab/lab.ts'
import { labTest } from '../lab/requires.ts'
import { eventually } from '../lab/wait.ts'
import { scratchDirectory } from '../support/scratch.ts'

const onLab = labTest(test, { root: true })
const stub = join(import.meta.dirname, '../fixtures/engine-stub-server.ts')
const deadlineMs = 120_000
const hostCount = 5
const gpusOfHost = 4
const replicaCount = hostCount * gpusOfHost
const clientCount = 12

const spec = (revision: number, failing: boolean, update: string): string => `\
name: wide
model: { name: wide }
engine:
  preset: custom
  command: [${process.execPath}, ${stub}]
  args: [--host, "{{address}}", --port, "{{port}}", --api-key, "{{apiKey}}", --warm-ms, "20", --warm-status, "${failing ? 500 : 200}"]
runtime: exec
env: { REVISION: "${revision}" }
replicas: ${replicaCount}
resources: { gpus: 1, gpuMemory: 1Gi }
memlock: off
health: { path: /health, interval: 500ms, timeout: 400ms }
warmProbe: { enabled: ${!failing} }
stopGrace: 2s
${update}`

/** Clients that ask one request after another, and count what comes back. */
class Clients implements AsyncDisposable {
  readonly statuses = new Map<number | string, number>()
  readonly #ending = new AbortController()
  readonly #running: readonly Promise<void>[]

  constructor(origin: string, key: string) {
    this.#running = Array.from({ length: clientCount }, async () => {
      while (!this.#ending.signal.aborted) this.#count(await ask(origin, key))
    })
  }

  get answered(): number {
    return this.statuses.get(200) ?? 0
  }

  get failed(): readonly (readonly [number | string, number])[] {
    return [...this.statuses].filter(([status]) => status !== 200)
  }

  #count(status: number | string): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    await Promise.all(this.#running)
  }
}

const ask = async (origin: string, key: string): Promise<number | string> => {
  try {
    const { statusCode, body } = await request(`${origin}/v1/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ model: 'wide', prompt: 'Hello', max_tokens: 4 }),
    })
    await body.text()
    return statusCode
  } catch (error) {
    return String(error)
  }
}

onLab('a full fleet of 20 replicas rolls under load without a failed request, and a canary that fails goes back by itself', async (t) => {
  t.timeout(480_000)
  await using stack = new AsyncDisposableStack()
  const lab = stack.use(await createLab())
  const { path } = stack.use(await scratchDirectory())
  const fleet = stack.use(new LabFleet(lab, path, new AbortController().signal))
  const [hosts] = await Promise.all([lab.addHosts(hostCount), fleet.startController()])
  const { token } = await fleet.control.createToken({ kind: 'host', ttlMs: 0, uses: hostCount, role: '', name: '' })
  const gateway = await fleet.control.createToken({ kind: 'gateway', ttlMs: 0, uses: 1, role: '', name: '' })
  await Promise.all([fleet.startGateway(gateway.token), ...hosts.map((host) => fleet.addMember(host, undefined, token, gpusOfHost))])
  const { key } = await fleet.control.createKey({ tenant: 'test', models: [], requestsPerSecond: 0, burst: 0, ttlMs: 0 })
  await fleet.cli(['deploy', '-f', '-'], { input: spec(1, false, '') })

  const deployment = async () => {
    const [found] = (await fleet.control.fleet(['deployments'])).deployments
    if (found === undefined) throw new Error('the deployment is gone')
    return found
  }
  await using clients = new Clients(fleet.origin, key)
  await eventually(() => clients.answered > 200, { deadlineMs, what: 'the load to run' })
  await fleet.cli(['deploy', '-f', '-'], { input: spec(2, false, '') })
  t.like(await deployment(), { state: 'ready', revision: 2, replicasReady: replicaCount })
  t.deepEqual(clients.failed, [], `of ${clients.answered} requests`)
  t.log(`${clients.answered} requests answered while ${replicaCount} replicas were swapped in place, none failed`)

  const canary = 'update: { canary: { replicas: 2, traffic: 10, promote: health, window: 15s, minRequests: 30 } }'
  const failing = await fleet.tryCli(['deploy', '-f', '-'], { input: spec(3, true, canary) })
  t.is(failing.code, 1, failing.stderr)
  t.regex(failing.stderr, /canary: \d+ of \d+ requests failed \(100\.0 %\), of the stable revision 0 of \d+ requests failed \(0\.0 %\)/)
  await eventually(async () => (await deployment()).revision === 2 && (await deployment()).replicasUpdated === replicaCount, {
    deadlineMs,
    what: 'the stable revision to be everywhere again',
  })
  t.deepEqual(
    clients.failed.map(([status]) => status),
    [500],
    'what the canary answered, and nothing else',
  )
})
