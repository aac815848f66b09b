import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import Docker from 'dockerode'
import { cgroupName } from './cgroups.ts'
import type { LabProcess } from './process.ts'
import { takeLock } from './run-directory.ts'
import { eventually } from './wait.ts'

/** The container engine of one host of the lab: a real dockerd in the host's namespaces. */
export interface HostEngine extends AsyncDisposable {
  readonly socketPath: string
  readonly docker: Docker
  readonly process: LabProcess
}

export interface HostEngineOptions {
  readonly runId: string
  /** The host's directory under /run. */
  readonly directory: string
  /** Starts a program on the host. */
  readonly spawn: (command: string, args: readonly string[]) => Promise<LabProcess>
}

const cacheDirectory = join(import.meta.dirname, '../../.cache/lab/engines')
const checkout = createHash('sha256').update(cacheDirectory).digest('hex').slice(0, 8)

/**
 * Starts dockerd and waits until it answers. Its images are in one of a few directories under .cache that are used again by later
 * runs, each by one run at a time; containers that a killed run left in there are removed.
 */
export const startHostEngine = async ({ runId, directory, spawn }: HostEngineOptions): Promise<HostEngine> => {
  const dataRoot = await takeDataRoot(runId)
  const socketPath = join(directory, 'docker.sock')
  const daemon = await spawn('dockerd', [
    ...['--data-root', dataRoot, '--exec-root', join(directory, 'engine'), '--pidfile', join(directory, 'dockerd.pid')],
    ...['--host', `unix://${socketPath}`, '--cgroup-parent', `/${cgroupName(runId)}`, '--exec-opt', 'native.cgroupdriver=cgroupfs'],
    // No firewall rules: containers use the host's network, or are published by the user-land proxy.
    ...['--iptables=false', '--ip6tables=false', '--ip-forward=false', '--userland-proxy=true', '--log-level', 'warn'],
  ])
  const docker = new Docker({ socketPath })
  try {
    await eventually(
      () => {
        if (daemon.exit !== undefined) return 'ended'
        return docker.ping().then(() => 'answers')
      },
      { deadlineMs: 30_000, what: `dockerd on ${socketPath} to answer\n${daemon.stderr}`, everyMs: 25 },
    )
    if (daemon.exit !== undefined) throw new Error(`dockerd ended at once\n${daemon.stderr}`)
    await removeAllContainers(docker)
  } catch (error) {
    await daemon.stop()
    throw error
  }
  return {
    socketPath,
    docker,
    process: daemon,
    async [Symbol.asyncDispose]() {
      if (daemon.exit === undefined) await removeAllContainers(docker).catch(() => {})
      await daemon.stop(10_000)
    },
  }
}

const takeDataRoot = async (runId: string): Promise<string> => {
  for (let slot = 0; ; slot++) {
    if (await takeLock(runId, `engine-${checkout}-${slot}`)) {
      const dataRoot = join(cacheDirectory, String(slot))
      await mkdir(dataRoot, { recursive: true })
      return dataRoot
    }
  }
}

const removeAllContainers = async (docker: Docker): Promise<void> => {
  const containers = await docker.listContainers({ all: true })
  await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })))
}
