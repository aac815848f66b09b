import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { ExecutionContext, Implementation, SerialFn, TestFn } from 'ava'

/** What a test needs from the machine. */
export interface Needs {
  /** Root, with the right to make network namespaces: hosts of the lab. */
  readonly root?: boolean
  /** A container engine that answers, and its program for hosts with an engine of their own. */
  readonly engine?: boolean
  /** Real systemd in a container. Includes root and engine. */
  readonly systemd?: boolean
  /** Real filesystems on loop devices. Includes root. */
  readonly loop?: boolean
  /** Filesystems whose server is a process of the test. Includes root. */
  readonly fuse?: boolean
  /** Programs of packages that scripts/setup installs. */
  readonly programs?: readonly string[]
}

type Register<Context> = (title: string, implementation: Implementation<[], Context>) => void

/**
 * Wraps ava's `test` (or `test.serial`) for tests with needs: where the machine lacks one, the test is registered as skipped
 * with the reason in its title, and with CI=true it fails instead.
 */
export const labTest = <Context>(test: TestFn<Context> | SerialFn<Context>, needs: Needs): Register<Context> => {
  const reason = whyNot(needs)
  if (reason === undefined) return (title, implementation) => test(title, implementation)
  if (process.env.CI === 'true') {
    return (title) => test(title, (t: ExecutionContext<Context>) => t.fail(`${reason}; with CI=true nothing may be skipped`))
  }
  return (title, implementation) => test.skip(`${title} (skipped: ${reason})`, implementation)
}

/** The reason why this machine cannot meet the needs; undefined when it can. */
export const whyNot = (needs: Needs): string | undefined => {
  const root = needs.root || needs.systemd || needs.loop || needs.fuse
  const engine = needs.engine || needs.systemd
  const missing = needs.programs?.find((program) => !isInstalled(program))
  return (
    (root ? whyNoHosts() : undefined) ??
    (engine ? whyNoEngine() : undefined) ??
    (needs.loop ? whyNoLoop() : undefined) ??
    (needs.fuse && !existsSync('/dev/fuse') ? 'needs /dev/fuse' : undefined) ??
    (missing && `needs the program ${missing}; scripts/setup installs it`)
  )
}

const once = <T>(compute: () => T): (() => T) => {
  let result: { value: T } | undefined
  return () => {
    result ??= { value: compute() }
    return result.value
  }
}

const whyNoHosts = once((): string | undefined => {
  if (process.getuid?.() !== 0) return 'needs root'
  const missing = ['ip', 'nsenter', 'unshare', 'ping'].find((program) => !isInstalled(program))
  if (missing) return `needs the program ${missing}; scripts/setup installs it`
  if (spawnSync('unshare', ['--net', '--mount', '--uts', 'true']).status !== 0) return 'needs the right to make namespaces'
  return undefined
})

const whyNoLoop = once((): string | undefined => {
  const missing = ['mkfs.xfs', 'xfs_io', 'mkfs.ext4', 'losetup'].find((program) => !isInstalled(program))
  if (missing) return `needs the program ${missing}; scripts/setup installs it`
  if (spawnSync('losetup', ['--find'], { env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` } }).status !== 0) return 'needs loop devices'
  return undefined
})

const whyNoEngine = once((): string | undefined => {
  if (!isInstalled('dockerd') && !isInstalled('podman')) return 'needs dockerd or podman; scripts/setup installs one'
  if (engineSocket() === undefined) return 'needs a container engine that answers; scripts/setup starts one'
  return undefined
})

/** Whether a program is on the path, administrators' directories included. */
export const isInstalled = (program: string): boolean =>
  `${process.env.PATH}:/usr/sbin:/sbin`.split(delimiter).some((directory) => existsSync(join(directory, program)))

/** The socket of the machine's container engine; undefined when none answers. */
export const engineSocket = once((): string | undefined => {
  const probe = join(import.meta.dirname, '../../scripts/lib/engine-answers.mjs')
  const { status, stdout } = spawnSync(process.execPath, [probe], { encoding: 'utf8', timeout: 10_000 })
  return status === 0 ? stdout.split(' ')[0] : undefined
})
