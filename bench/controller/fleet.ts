import { join } from 'node:path'
import { type ControlLink, openControlLink } from '../../controller/cli/link/control-link.ts'
import { readCredentials } from '../../shared/identity/credentials-file.ts'
import type { LabProcess } from '../../test/lab/process.ts'
import { eventually } from '../../test/lab/wait.ts'
import type { BenchRun } from '../bench.ts'
import type { Programs } from '../prepare/programs.ts'
import { freePorts, startServer } from '../prepare/server.ts'

/** A real controller with simulated hosts that are all in touch and run something on every GPU. */
export interface Fleet extends AsyncDisposable {
  readonly controllerPid: () => number
  readonly control: ControlLink
  /** Kills the controller and starts it again; resolves to the seconds from its start until it shows every host as ready. */
  restart(): Promise<number>
}

const swarmMain = join(import.meta.dirname, 'swarm/main.ts')
/** Processes of the swarm: one cannot hold thousands of TLS sessions without becoming the bottleneck. */
const hostsPerSwarm = 1_250
const startMs = 30_000
const deployments = 8
const gpusPerHost = 8

const settings = (ports: readonly number[], heartbeatMs: number) => ({
  HOSTLER_CONTROLLER_LISTEN_HOST: '127.0.0.1',
  HOSTLER_CONTROLLER_LISTEN_PORT: String(ports[0]),
  HOSTLER_CONTROLLER_LISTEN_ENROL_PORT: String(ports[1]),
  HOSTLER_CONTROLLER_LISTEN_HEALTH_PORT: '0',
  HOSTLER_CONTROLLER_METRICS_LISTEN_PORT: '0',
  HOSTLER_CONTROLLER_ADVERTISE: '127.0.0.1',
  HOSTLER_CONTROLLER_LEASE_HEARTBEAT_MS: String(heartbeatMs),
  HOSTLER_CONTROLLER_LEASE_DURATION_MS: String(Math.max(10_000, heartbeatMs * 3)),
})

/** The newest number of hosts in touch that a swarm has told. */
const inTouchOf = ({ stdout }: LabProcess): number => Number(/"inTouch":(\d+)\D*$/.exec(stdout)?.[1] ?? 0)

const specOf = (name: string, replicas: number): string =>
  JSON.stringify({ name, model: { name, path: '/models/m' }, engine: { preset: 'vllm' }, replicas, resources: { gpus: 1 } })

export const startFleet = async (programs: Programs, hosts: number, heartbeatMs: number, run: BenchRun): Promise<Fleet> => {
  await using opening = new AsyncDisposableStack()
  const dataDir = join(run.directory, `controller-${hosts}`)
  const env = settings(await freePorts(2), heartbeatMs)
  const profiling = run.profileDirectory === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${run.profileDirectory}` }
  const startController = async (): Promise<LabProcess> => {
    const started = await startServer(programs.hostler, ['controller', '--data-dir', dataDir], { env: { ...env, ...profiling } })
    await started.outputs(/"daemon ready"/, startMs)
    return started
  }
  let controller = await startController()
  opening.defer(async () => void (await controller.stop(20_000)))
  const admin = await readCredentials(join(dataDir, 'admin.json'))
  if (!admin) throw new Error('the controller left no admin credentials')
  const control = opening.use(openControlLink(admin, { callTimeoutMs: 60_000, signal: run.signal }))

  run.say(`${hosts} hosts join`)
  const { token } = await control.createToken({ kind: 'host', ttlMs: 0, uses: hosts, role: '', name: '' })
  const swarms: LabProcess[] = []
  for (let first = 0; first < hosts; first += hostsPerSwarm) {
    const args = [swarmMain, String(first), String(Math.min(hostsPerSwarm, hosts - first)), token]
    swarms.push(opening.use(await startServer(process.execPath, args)))
  }
  const inTouch = () => swarms.reduce((sum, swarm) => sum + inTouchOf(swarm), 0)
  const allInTouch = (deadlineMs: number) =>
    eventually(
      () => {
        for (const { exit, stderr } of swarms) if (exit) throw new Error(`a swarm has ended\n${stderr}`)
        return inTouch() === hosts
      },
      { deadlineMs, what: `${hosts} hosts to be in touch\n${controller.stdout.slice(-2_000)}`, everyMs: 100, signal: run.signal },
    )
  await allInTouch(600_000)

  const replicas = hosts * gpusPerHost
  run.say(`${replicas} replicas are deployed`)
  for (let number = 0; number < deployments; number++)
    await control.apply(specOf(`model-${number}`, replicas / deployments), 'bench', false)
  const isServed = async () =>
    (await control.fleet(['deployments'])).deployments.reduce((sum, { replicasReady }) => sum + replicasReady, 0) === replicas
  await eventually(isServed, { deadlineMs: 600_000, what: `${replicas} replicas to serve`, everyMs: 500, signal: run.signal })

  const restart = async (): Promise<number> => {
    controller.killGroup('SIGKILL')
    await controller.exited
    const startedMs = Date.now()
    controller = await startController()
    const isBack = async () =>
      (await control.fleet(['hosts'], { brief: true })).hosts.filter(({ state }) => state === 'ready').length === hosts
    await eventually(isBack, { deadlineMs: 120_000, what: `${hosts} hosts to be back`, everyMs: 100, signal: run.signal })
    return (Date.now() - startedMs) / 1_000
  }
  const resources = opening.move()
  return { controllerPid: () => controller.pid, control, restart, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}
