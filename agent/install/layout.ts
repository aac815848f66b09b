import { join } from 'node:path'

/** Where an installation puts its files. The program itself is in the prefix, which holds everything that is copied. */
export interface Layout {
  readonly prefix: string
  /** Below /usr/local, so that a unit or drop-in of the administrator in /etc goes before it. */
  readonly unitDirectory: string
  readonly configDirectory: string
  readonly environmentFile: string
  readonly configFile: string
}

export const unitName = 'hostler-agent.service'
export const defaultPrefix = '/opt/hostler'

export const layoutOf = (prefix: string): Layout => ({
  prefix,
  unitDirectory: '/usr/local/lib/systemd/system',
  configDirectory: '/etc/hostler',
  environmentFile: '/etc/hostler/agent.env',
  configFile: '/etc/hostler/agent.yaml',
})

/** A file that systemd reads: where it comes from in the package, and where it goes. */
export interface SystemFile {
  readonly source: string
  readonly target: string
}

/** The agent's unit; controller and gateway are installed by hand, on one or a few machines. */
export const unitFile = ({ unitDirectory }: Layout): SystemFile => ({ source: unitName, target: join(unitDirectory, unitName) })

/** Users and directories, for all of Hostler. */
export const sharedFiles: readonly SystemFile[] = [
  { source: 'hostler.sysusers.conf', target: '/usr/local/lib/sysusers.d/hostler.conf' },
  { source: 'hostler.tmpfiles.conf', target: '/usr/local/lib/tmpfiles.d/hostler.conf' },
]
