import { join } from 'node:path'
import type Docker from 'dockerode'
import { labImage } from './engine.ts'
import type { LabHost } from './host.ts'
import { type LabProcess, type ProcessOptions, type RunOptions, type RunResult, run, startProcess } from './process.ts'
import { eventually } from './wait.ts'

export interface SystemdOptions {
  /** More mounts, as the engine takes them: `SOURCE:TARGET[:ro]`. */
  readonly binds?: readonly string[]
}

/** A host that has booted real systemd, seen from inside. It shares the address and the container engine of its lab host. */
export interface SystemdHost extends AsyncDisposable {
  /** The state that the boot ended in; "degraded" means that a unit failed. */
  readonly state: 'running' | 'degraded'
  /** The process id of its init, as this machine sees it. */
  readonly pid: number
  exec(command: string, args: readonly string[], options?: RunOptions): Promise<RunResult>
  spawn(command: string, args: readonly string[], options?: ProcessOptions): Promise<LabProcess>
  /** The journal of a unit so far. */
  journal(unit: string): Promise<string>
}

/** Where the checkout is mounted, read-only. */
export const checkoutInside = '/opt/hostler'

const checkout = join(import.meta.dirname, '../..')

/**
 * Boots systemd in a container on a lab host, which must have an engine. The host's engine socket is at /var/run/docker.sock
 * inside, so that an agent run by a unit has the engine that an agent on a real host has.
 */
export const startSystemdHost = async (host: LabHost, { binds = [] }: SystemdOptions = {}): Promise<SystemdHost> => {
  const { image, load } = await labImage('systemd', ['CMD ["/sbin/init"]'])
  await load(host.docker)
  // The engine's API has CgroupnsMode, its types do not.
  const settings: Docker.HostConfig & { CgroupnsMode: string } = {
    NetworkMode: 'host',
    CgroupnsMode: 'host',
    CapAdd: ['SYS_ADMIN', 'NET_ADMIN'],
    SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
    Tmpfs: { '/run': '', '/tmp': '' },
    Binds: ['/sys/fs/cgroup:/sys/fs/cgroup:rw', `${checkout}:${checkoutInside}:ro`, `${host.engine.socketPath}:/run/docker.sock`, ...binds],
  }
  const container = await host.docker.createContainer({
    Image: image,
    Hostname: host.name,
    Env: ['container=docker'],
    HostConfig: settings,
  })
  await container.start()
  const { Pid: pid } = (await container.inspect()).State
  const inside = (command: string, args: readonly string[]): string[] => [
    ...['--target', String(pid), '--mount', '--uts', '--ipc', '--net', '--pid', '--'],
    ...['env', '--ignore-environment', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8'],
    ...[command, ...args],
  ]
  const exec = (command: string, args: readonly string[], options?: RunOptions) => run('nsenter', inside(command, args), options)
  const remove = () => container.remove({ force: true, v: true })
  try {
    const state = await eventually(
      async () => {
        const { stdout } = await exec('systemctl', ['is-system-running'], { accept: [0, 1], deadlineMs: 5_000 })
        return /^(running|degraded)$/.exec(stdout.trim())?.[1] as SystemdHost['state'] | undefined
      },
      { deadlineMs: 60_000, what: `systemd on ${host.name} to have booted`, everyMs: 100 },
    )
    return {
      state,
      pid,
      exec,
      spawn: (command, args, options) => startProcess('nsenter', inside(command, args), options),
      journal: async (unit) => (await exec('journalctl', ['--no-pager', '--output=cat', '--unit', unit])).stdout,
      [Symbol.asyncDispose]: remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}
