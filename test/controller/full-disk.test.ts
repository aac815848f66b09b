import { execFileSync } from 'node:child_process'
import { cp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { openControlLink } from '../../controller/cli/link/control-link.ts'
import { startController } from '../../controller/serve.ts'
import type { GatewayUpdate__Output } from '../../proto/generated/hostler/v1/GatewayUpdate.ts'
import { systemClock } from '../../shared/clock/clock.ts'
import { controllerSettings } from '../../shared/config/controller-settings.ts'
import { protocolVersion } from '../../shared/config/version.ts'
import { type Credentials, readCredentials } from '../../shared/identity/credentials-file.ts'
import { parseJoinToken } from '../../shared/identity/join-token.ts'
import { silentLog } from '../../shared/log/log.ts'
import { controllerChannel } from '../../shared/rpc/channel.ts'
import { enrolWithToken } from '../../shared/rpc/enrol.ts'
import { contract } from '../../shared/rpc/proto.ts'
import { labTest } from '../lab/requires.ts'
import { eventually } from '../lab/wait.ts'
import { startTestController } from '../support/controller.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { sql } from './store/support/databases.ts'
import { joinOldAgent, startOldAgent } from './support/old-agent.ts'

const deadlineMs = 20_000

const spec = (name: string, padding = '') =>
  JSON.stringify({ name, model: { name }, engine: { preset: 'custom' }, image: 'engine:1', replicas: 0, env: { PADDING: padding } })

const replicated = (name: string) =>
  JSON.stringify({
    name,
    model: { name, path: `/models/${name}.gguf` },
    engine: { preset: 'llamacpp' },
    image: 'engine:1',
    warmProbe: { enabled: false },
  })

/** The models that a gateway is told of when it connects. */
const modelsToldTo = async (gateway: Credentials): Promise<readonly string[]> => {
  const target = controllerChannel(gateway)
  const client = new (contract('gateway').GatewayLink)(target.address, target.credentials, target.options)
  const stream = client.Follow()
  try {
    stream.write({ hello: { protocol: protocolVersion, address: '127.0.0.1:8080' } })
    const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>()
    stream.on('error', reject)
    stream.on('data', ({ snapshot }: GatewayUpdate__Output) => snapshot && resolve(snapshot.routes.flatMap(({ models }) => models)))
    return await promise
  } finally {
    stream.cancel()
    client.close()
  }
}

/** What a data directory holds, on a disk of its own without a free byte. */
const moveToFullDisk = async (directory: string, filler: string): Promise<void> => {
  await using copy = await scratchDirectory()
  await cp(directory, copy.path, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=0700', 'hostler-test', directory])
  await cp(copy.path, directory, { recursive: true })
  await writeFile(filler, Buffer.alloc(4 * 1024 * 1024)).catch(() => {})
}

labTest(test, { root: true })(
  'with a full disk a deploy is refused whole, the controller answers on, and works again when there is room',
  async (t) => {
    await using directory = await scratchDirectory()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'hostler-test', directory.path])
    try {
      const settings = controllerSettings.parse({
        dataDir: join(directory.path, 'controller'),
        listen: { host: '127.0.0.1', port: 0, enrolPort: 0, healthPort: 0 },
      })
      await using controller = await startController({ settings, clock: systemClock, log: silentLog })
      const admin = await readCredentials(controller.adminFile)
      if (!admin) return t.fail('no admin credentials')
      using control = openControlLink(admin, { callTimeoutMs: 10_000, signal: new AbortController().signal })
      await control.apply(spec('before'), 'test', false)
      const filler = join(directory.path, 'filler')
      await t.throwsAsync(writeFile(filler, Buffer.alloc(2 * 1024 * 1024)))

      const error = await t.throwsAsync(control.apply(spec('during', 'x'.repeat(30_000)), 'test', false), { code: 'STORE_FULL' })
      t.regex(error?.message ?? '', /nothing was changed/)
      t.deepEqual(
        (await control.fleet(['deployments'])).deployments.map(({ name }) => name),
        ['before'],
      )

      await rm(filler)
      await control.apply(spec('after'), 'test', false)
      t.deepEqual((await control.fleet(['deployments'])).deployments.map(({ name }) => name).sort(), ['after', 'before'])
    } finally {
      execFileSync('umount', ['-l', directory.path])
    }
  },
)

labTest(test, { root: true })(
  'a controller that starts on a full disk answers and says what is wrong, and decides again when there is room',
  async (t) => {
    await using fleet = await startTestController({ lease: { durationMs: 5_000, graceMs: 1_000, heartbeatMs: 200 } })
    const { dataDir } = fleet.settings
    const credentials = await joinOldAgent(fleet, 'gpu-1')
    const { token } = await fleet.control.createToken({ kind: 'gateway', uses: 1, ttlMs: 0, role: '', name: '' })
    const gateway = await enrolWithToken(parseJoinToken(token), { name: 'gateway', machineId: 'gateway' })
    let generation = 0
    {
      await using agent = await startOldAgent(fleet, 'gpu-1', { credentials })
      await fleet.control.apply(replicated('before'), 'test', false)
      const sent = await eventually(() => agent.specs.find(({ replicas }) => replicas.length === 1), { deadlineMs, what: 'a replica' })
      generation = sent.generation
    }
    const filler = join(dataDir, 'filler')
    await fleet.restart(async () => {
      // So that the first pass has something to decide.
      await sql(join(dataDir, 'hostler.db'), "UPDATE deployments SET body = json_set(body, '$.replicas', 0)")
      await moveToFullDisk(dataDir, filler)
    })
    try {
      await using agent = await startOldAgent(fleet, 'gpu-1', { credentials, specGeneration: generation, running: [] })
      t.deepEqual(await modelsToldTo(gateway), ['before'])
      const health = await fetch(`http://127.0.0.1:${fleet.controller.healthPort}/readyz`)
      t.is(health.status, 503)
      t.regex(await health.text(), /disk under .* is full/)
      const metrics = await fetch(`http://127.0.0.1:${fleet.controller.metricsPort}/metrics`)
      t.regex(await metrics.text(), /^hostler_controller_stalled 1$/m)
      const view = await eventually(
        async () => {
          const seen = await fleet.control.fleet()
          return seen.hosts[0]?.state === 'ready' && seen
        },
        { deadlineMs, what: 'the host to be ready' },
      )
      t.regex(view.stalled, /disk under .* is full/)
      t.deepEqual(
        view.deployments.map(({ name }) => name),
        ['before'],
      )
      await t.throwsAsync(fleet.control.apply(replicated('during'), 'test', false), { code: 'STORE_FULL' })
      const ended = fleet.controller.lastPassMs()
      await eventually(() => fleet.controller.lastPassMs() > ended, { deadlineMs, what: 'another pass, so that no watchdog ends it' })
      t.deepEqual(agent.specs, [], 'nothing is sent that could not be stored')

      await rm(filler)
      const sent = await eventually(() => agent.specs.find(({ replicas }) => replicas.length === 0), {
        deadlineMs,
        what: 'what was decided, now that there is room',
      })
      t.true(sent.generation > generation)
      t.is((await fleet.control.fleet()).stalled, '')
      t.is((await fetch(`http://127.0.0.1:${fleet.controller.healthPort}/readyz`)).status, 200)
    } finally {
      execFileSync('umount', ['-l', dataDir])
    }
  },
)
