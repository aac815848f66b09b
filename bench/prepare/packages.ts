import { existsSync } from 'node:fs'
import { run } from '../../test/lab/process.ts'
import { isInstalled } from '../../test/lab/requires.ts'

/** A program that a bench needs and the Debian package that brings it. */
export interface Needed {
  readonly program: string
  readonly package: string
  /** The package starts this service, which a bench has no use for. */
  readonly service?: string
}

export const nginxPackage: Needed = { program: 'nginx', package: 'nginx-light', service: 'nginx.service' }
export const haproxyPackage: Needed = { program: 'haproxy', package: 'haproxy', service: 'haproxy.service' }
export const wrkPackage: Needed = { program: 'wrk', package: 'wrk' }

const installMs = 300_000

/**
 * Installs what is missing: root, on Debian. Services that come along are not left running.
 * @throws Error naming the packages, when this machine or user cannot install them
 */
export const ensurePackages = async (needed: readonly Needed[], say: (text: string) => void): Promise<void> => {
  const missing = needed.filter(({ program }) => !isInstalled(program))
  if (missing.length === 0) return
  const names = missing.map((one) => one.package)
  const byHand = `install ${names.join(', ')} and run this again`
  if (!isInstalled('apt-get')) throw new Error(`this bench measures peers that are not here, and this is no Debian system: ${byHand}`)
  if (process.getuid?.() !== 0) throw new Error(`this bench measures peers that are not here, and only root may install them: ${byHand}`)
  say(`installing Debian packages: ${names.join(' ')}`)
  const booted = existsSync('/run/systemd/system')
  // Without systemd the packages' init scripts must not start a server that nobody would stop again.
  const env = { DEBIAN_FRONTEND: 'noninteractive', ...(booted ? {} : { RUNLEVEL: '1' }) }
  await run('apt-get', ['update', '-qq'], { env, deadlineMs: installMs })
  await run('apt-get', ['install', '-qq', '-y', '--no-install-recommends', ...names], { env, deadlineMs: installMs })
  const services = missing.flatMap(({ service }) => service ?? [])
  if (booted && services.length > 0) await run('systemctl', ['disable', '--now', ...services], { deadlineMs: 60_000 })
}
