import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Docker from 'dockerode'
import { cgroupName } from './cgroups.ts'
import type { LabProcess } from './process.ts'
import { isInstalled } from './requires.ts'
import { takeLock, volatileDirectory } from './run-directory.ts'
import { eventually } from './wait.ts'

/** The container engine of one host of the lab: a real one in the host's namespaces, Docker's or, where only that is installed, Podman's. */
export interface HostEngine extends AsyncDisposable {
  readonly socketPath: string
  readonly docker: Docker
  readonly process: LabProcess
  /** Ends the daemon, by SIGTERM as a service manager does or by SIGKILL, and starts it again on what it had: images and containers. */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

export interface HostEngineOptions {
  readonly runId: string
  /** The host's directory under /run. */
  readonly directory: string
  /** Starts a program on the host. */
  readonly spawn: (command: string, args: readonly string[]) => Promise<LabProcess>
  /** Docker's `live-restore`: containers run on while the daemon is away. Podman's always do. */
  readonly keepContainers: boolean
}

const cacheDirectory = join(import.meta.dirname, '../../.cache/lab/engines')
const checkout = createHash('sha256').update(cacheDirectory).digest('hex').slice(0, 8)

/**
 * Starts a container engine and waits until it answers. Its images are in one of a few directories under .cache that are used again
 * by later runs, each by one run at a time; containers that a killed run left in there are removed.
 */
export const startHostEngine = async ({ runId, directory, spawn, keepContainers }: HostEngineOptions): Promise<HostEngine> => {
  const program = isInstalled('dockerd') ? 'dockerd' : 'podman'
  const slot = await takeSlot(runId, program)
  const socketPath = join(directory, 'docker.sock')
  const docker = new Docker({ socketPath })
  const start = async (): Promise<LabProcess> => {
    const started = await spawn(program, engineArguments[program]({ ...slot, runId, directory, socketPath, keepContainers }))
    try {
      await eventually(() => (started.exit === undefined ? docker.ping().then(() => 'answers') : 'ended'), {
        deadlineMs: 30_000,
        what: `${program} on ${socketPath} to answer\n${started.stderr}`,
        everyMs: 25,
      })
      if (started.exit !== undefined) throw new Error(`${program} ended at once\n${started.stderr}`)
      return started
    } catch (error) {
      await started.stop()
      throw error
    }
  }
  let daemon = await start()
  try {
    await removeAllContainers(docker)
  } catch (error) {
    await daemon.stop()
    throw error
  }
  return {
    socketPath,
    docker,
    get process() {
      return daemon
    },
    async restart(signal) {
      daemon.kill(signal)
      await daemon.exited
      // A daemon that finds its containerd in the middle of dying takes it for alive, and starts none.
      const pid = Number(await readFile(join(directory, 'engine/containerd/containerd.pid'), 'utf8').catch(() => ''))
      await eventually(() => pid === 0 || !existsSync(`/proc/${pid}`), {
        deadlineMs: 10_000,
        what: 'containerd to end with its daemon',
        everyMs: 10,
      })
      daemon = await start()
    },
    async [Symbol.asyncDispose]() {
      if (daemon.exit === undefined) await removeAllContainers(docker).catch(() => {})
      await daemon.stop(10_000)
    },
  }
}

interface Paths extends Slot {
  readonly runId: string
  readonly directory: string
  readonly socketPath: string
  readonly keepContainers: boolean
}

const engineArguments: Record<'dockerd' | 'podman', (paths: Paths) => string[]> = {
  dockerd: ({ runId, directory, dataRoot, socketPath, keepContainers }) => [
    ...['--data-root', dataRoot, '--exec-root', join(directory, 'engine'), '--pidfile', join(directory, 'dockerd.pid')],
    ...['--host', `unix://${socketPath}`, '--cgroup-parent', `/${cgroupName(runId)}`, '--exec-opt', 'native.cgroupdriver=cgroupfs'],
    // No firewall rules: containers use the host's network, or are published by the user-land proxy.
    ...['--iptables=false', '--ip6tables=false', '--ip-forward=false', '--userland-proxy=true', '--log-level', 'warn'],
    ...(keepContainers ? ['--live-restore'] : []),
  ],
  podman: ({ dataRoot, runRoot, socketPath }) => [
    ...['--root', dataRoot, '--runroot', runRoot, '--tmpdir', join(runRoot, 'tmp')],
    ...['--cgroup-manager', 'cgroupfs', '--log-level', 'error', 'system', 'service', '--time', '0', `unix://${socketPath}`],
  ],
}

interface Slot {
  /** Images, containers. */
  readonly dataRoot: string
  /** What Podman keeps between commands; its images remember the path, so it is the same for every run. */
  readonly runRoot: string
}

const takeSlot = async (runId: string, program: string): Promise<Slot> => {
  for (let number = 0; ; number++) {
    const name = `${program}-${checkout}-${number}`
    if (!(await takeLock(runId, name))) continue
    const slot = { dataRoot: join(cacheDirectory, `${program}-${number}`), runRoot: volatileDirectory(name) }
    await mkdir(slot.dataRoot, { recursive: true })
    return slot
  }
}

const removeAllContainers = async (docker: Docker): Promise<void> => {
  const containers = await docker.listContainers({ all: true })
  await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })))
}
