import { realpath, statfs } from 'node:fs/promises'
import { HostlerError, messageOf } from '../../../shared/errors/hostler-error.ts'
import { judgeEngineMemlock, type MemlockVerdict } from '../memlock.ts'
import { listenerOfUnixSocket, readPrivileges } from '../proc.ts'
import type { RuntimeFacts } from '../runtime.ts'
import { readCdiDevices } from './cdi.ts'
import type { DockerClient } from './client.ts'

const infoTimeoutMs = 5_000

/** What the engine answers, as far as it is read here; fields that an older engine does not know stay absent. */
interface EngineInfo {
  readonly ServerVersion?: string
  readonly Runtimes?: Readonly<Record<string, unknown>>
  readonly DockerRootDir?: string
  readonly CDISpecDirs?: readonly string[] | null
}

const freeMiB = async (directory: string | undefined): Promise<number | undefined> => {
  if (!directory) return undefined
  try {
    const { bavail, bsize } = await statfs(directory)
    return Math.floor((bavail * bsize) / (1024 * 1024))
  } catch {
    return undefined
  }
}

const engineNames: ReadonlySet<string> = new Set(['dockerd', 'podman'])

/** Whether the engine that listens on this socket can raise the memlock limit of what it starts. */
export const probeEngineMemlock = async (socketPath: string): Promise<MemlockVerdict> => {
  // The kernel shows the path that was bound, which may be a link (/var/run) or what it points to.
  const paths = new Set([socketPath, await realpath(socketPath).catch(() => socketPath)])
  const pid = await listenerOfUnixSocket(paths, engineNames)
  const [engine, first] = await Promise.all([pid === undefined ? undefined : readPrivileges(pid), readPrivileges(1)])
  return judgeEngineMemlock(engine, first)
}

const unusable = (problem: string): RuntimeFacts => ({
  name: 'docker',
  version: '',
  problem,
  gpuRequests: false,
  memlockUnlimited: false,
  memlockEvidence: '',
  cdiDevices: [],
})

/** Asks the engine what it is. Never rejects. */
export const readEngineInfo = async (
  client: DockerClient,
  cdiDirectories: readonly string[],
  memlock: (socketPath: string) => Promise<MemlockVerdict>,
): Promise<RuntimeFacts> => {
  try {
    const info: EngineInfo = await client.call('Asking the container engine what it is', infoTimeoutMs, (docker) => docker.info())
    const [verdict, imageDiskFreeMiB, cdiDevices] = await Promise.all([
      memlock(client.socketPath),
      freeMiB(info.DockerRootDir),
      readCdiDevices(info.CDISpecDirs ?? cdiDirectories),
    ])
    return {
      name: 'docker',
      version: info.ServerVersion ?? '',
      problem: '',
      gpuRequests: Object.keys(info.Runtimes ?? {}).some((name) => name === 'nvidia'),
      memlockUnlimited: verdict.grantable,
      memlockEvidence: verdict.evidence,
      cdiDevices,
      ...(imageDiskFreeMiB === undefined ? {} : { imageDiskFreeMiB }),
    }
  } catch (error) {
    if (error instanceof HostlerError) return unusable(error.message)
    return unusable(`The container engine refuses to say what it is: ${messageOf(error)}`)
  }
}
