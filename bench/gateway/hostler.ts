import { hash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openControlLink } from '../../controller/cli/link/control-link.ts'
import { startController } from '../../controller/serve.ts'
import { systemClock } from '../../shared/clock/clock.ts'
import { controllerSettings } from '../../shared/config/controller-settings.ts'
import type { Route, Snapshot } from '../../shared/fleet/membership.ts'
import { readCredentials } from '../../shared/identity/credentials-file.ts'
import { silentLog } from '../../shared/log/log.ts'
import { joinedCredentials } from '../../shared/rpc/daemon-credentials.ts'
import type { BenchRun } from '../bench.ts'
import { startServer } from '../prepare/server.ts'
import { clientKey, requestModel, type Scene, streamModel, type Target } from './target.ts'

const route = (model: string, ports: readonly number[]): Route => ({
  deployment: model,
  models: [model],
  endpoints: ports.map((port, at) => ({
    replicaId: `${model}-${at}`,
    origin: `http://127.0.0.1:${port}`,
    apiKey: 'engine-key-of-the-bench',
    draining: false,
    revision: 1,
    maxConcurrent: 0,
    weight: 1,
  })),
  holdMs: 10_000,
  maxQueue: 1_000,
  maxQueueBytes: 0,
  tokensPerMinute: 0,
  routing: 'leastOutstanding',
})

const membership = ({ engines }: Scene): Snapshot => ({
  version: 1,
  routes: [route(requestModel, engines.fixedPorts), route(streamModel, engines.streamPorts)],
  keys: [
    {
      id: 'bench',
      sha256Hex: hash('sha256', clientKey, 'hex'),
      tenant: 'bench',
      models: [],
      tokensPerMinute: 0,
      priority: 0,
      expiresUnixMs: 0,
    },
  ],
})

/** Credentials of a gateway that has joined a controller, from a real one that is gone afterwards. */
const enrol = async (dataDir: string, run: BenchRun): Promise<void> => {
  const settings = controllerSettings.parse({
    dataDir: join(run.directory, 'controller'),
    advertise: '127.0.0.1',
    listen: { host: '127.0.0.1', port: 0, enrolPort: 0, healthPort: 0 },
  })
  await using controller = await startController({ settings, clock: systemClock, log: silentLog })
  const admin = await readCredentials(controller.adminFile)
  if (!admin) throw new Error('the controller left no admin credentials')
  using link = openControlLink(admin, { callTimeoutMs: 10_000, signal: run.signal })
  const { token } = await link.createToken({ kind: 'gateway', ttlMs: 0, uses: 1, role: '', name: '' })
  await joinedCredentials({ file: join(dataDir, 'credentials.json'), token, name: 'bench', machineId: '', command: 'hostler gateway' })
}

/**
 * `hostler gateway` as it ships, with API keys. Its controller is away, so it serves the last membership that it knew: the one that is put
 * into its data directory here.
 */
export const startHostler = async (scene: Scene, run: BenchRun): Promise<Target> => {
  const dataDir = join(run.directory, 'gateway')
  await mkdir(dataDir, { recursive: true })
  await enrol(dataDir, run)
  await writeFile(join(dataDir, 'membership.json'), JSON.stringify(membership(scene)), { mode: 0o600 })
  const profiling = run.profileDirectory === undefined ? undefined : `--cpu-prof --cpu-prof-dir=${run.profileDirectory}`
  const started = await startServer(scene.programs.hostler, ['gateway', '--data-dir', dataDir], {
    env: {
      NODE_OPTIONS: profiling,
      HOSTLER_GATEWAY_LISTEN_HOST: '127.0.0.1',
      HOSTLER_GATEWAY_LISTEN_PORT: '0',
      // The peers write no access log either.
      HOSTLER_GATEWAY_ACCESS_LOG_SAMPLE: '0',
    },
  })
  const [, listening = ''] = await started.outputs(/^(.*"gateway listens".*)$/m, 20_000)
  const { port } = JSON.parse(listening) as { readonly port: number }
  await started.outputs(/"daemon ready"/, 20_000)
  return {
    name: 'hostler',
    pid: started.pid,
    requestPort: port,
    streamPort: port,
    lastWords: () => (started.stdout + started.stderr).slice(-2_000),
    async [Symbol.asyncDispose]() {
      await started.stop(20_000)
    },
  }
}
