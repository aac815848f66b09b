import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { packageRoot } from '../../shared/config/package-root.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { readCredentials } from '../../shared/identity/credentials-file.ts'
import { joinedCredentials } from '../../shared/rpc/daemon-credentials.ts'
import { defaultPrefix, type Layout, layoutOf, sharedFiles, unitFile, unitName } from './layout.ts'
import { placeProgram } from './program.ts'
import { serviceSettings } from './settings.ts'
import { mustRun, requireSystemd, runCommand } from './system.ts'
import { placeEnvironmentFile, placeSystemFile } from './system-files.ts'

export interface InstallOptions {
  /** Needed when this host is in no fleet yet; ignored when it is. */
  readonly joinToken?: string | undefined
  /** Name of this host in the fleet; default its host name. */
  readonly name?: string | undefined
  /** Address on which replicas listen; default the one that routes to the controller. */
  readonly address?: string | undefined
  /** Where the program goes; default /opt/hostler. */
  readonly prefix?: string | undefined
  /** Told each thing that was done, a line of text. */
  readonly say: (line: string) => void
}

/** Longer than the unit's TimeoutStartSec after its TimeoutStopSec, so that systemd gives up first and says why. */
const startTimeoutMs = 150_000

/**
 * Makes the agent a service of this machine and starts it; once done, doing it again changes nothing, or upgrades. Joining comes first, so
 * that a bad token leaves the machine as it was. Resolves to whether the agent runs: not when it has no fleet to join yet.
 * Throws ROOT_REQUIRED, SYSTEMD_MISSING, ARGUMENT_INVALID, CONFIG_INVALID, INSTALL_FAILED and the errors of joining.
 */
export const installAgent = async (options: InstallOptions): Promise<{ readonly started: boolean }> => {
  const { say } = options
  requireSystemd('hostler agent install')
  const layout = layoutOf(resolve(options.prefix ?? defaultPrefix))
  const member = await joinFleet(options, layout)
  const programChanged = await placeProgram(packageRoot, layout.prefix)
  if (programChanged) say(`copied the program to ${layout.prefix}`)
  const unitChanged = await placeFiles(options, layout)
  if (!member) {
    say('this host is in no fleet yet: on the controller run "hostler token create", then here: hostler agent install --join TOKEN')
    return { started: false }
  }
  await start(programChanged || unitChanged, say)
  return { started: true }
}

/** Whether the host is, or by its environment file will be, a member of a fleet. */
const joinFleet = async ({ joinToken, name, say }: InstallOptions, layout: Layout): Promise<boolean> => {
  const { settings, environment } = await serviceSettings(layout)
  const file = join(settings.dataDir, 'credentials.json')
  const present = await readCredentials(file)
  if (present) {
    say(`this host is ${present.id} in the fleet of ${present.controller}`)
    return true
  }
  if (!joinToken) return Boolean(environment.HOSTLER_JOIN_TOKEN)
  const credentials = await joinedCredentials({
    file,
    token: joinToken,
    name: name || settings.name || hostname().toLowerCase(),
    machineId: await readFile('/etc/machine-id', 'utf8').then(
      (text) => text.trim(),
      () => '',
    ),
    command: 'hostler agent install',
  })
  say(`joined the fleet of ${credentials.controller} as ${credentials.id}`)
  return true
}

const placeFiles = async ({ address, say }: InstallOptions, layout: Layout): Promise<boolean> => {
  const unit = unitFile(layout)
  const placed: string[] = []
  for (const file of [...sharedFiles, unit]) if (await placeSystemFile(file, layout)) placed.push(file.target)
  for (const target of placed) say(`wrote ${target}`)
  const [sysusers, tmpfiles] = sharedFiles
  if (sysusers) await mustRun('systemd-sysusers', [sysusers.target])
  if (tmpfiles) await mustRun('systemd-tmpfiles', ['--create', tmpfiles.target])
  if (await placeEnvironmentFile(layout, address)) say(`wrote ${layout.environmentFile}`)
  else if (address !== undefined) say(`${layout.environmentFile} is left as it is: set HOSTLER_AGENT_ADDRESS=${address} there yourself`)
  if (placed.length > 0) await mustRun('systemctl', ['daemon-reload'])
  return placed.includes(unit.target)
}

const start = async (changed: boolean, say: InstallOptions['say']): Promise<void> => {
  await mustRun('systemctl', ['enable', unitName])
  const { code } = await runCommand('systemctl', ['is-active', '--quiet', unitName])
  const verb = code === 0 && changed ? 'restart' : 'start'
  // The unit says when it is ready; starting what runs already does nothing.
  const result = await runCommand('systemctl', [verb, unitName], startTimeoutMs)
  if (result.code !== 0) {
    const { stdout } = await runCommand('journalctl', ['--no-pager', '--output=cat', '--lines=10', '--unit', unitName])
    throw new HostlerError('INSTALL_FAILED', `${unitName} was installed and does not start; its last words are:\n${stdout.trim()}`)
  }
  say(code === 0 && !changed ? `${unitName} runs already` : `${verb}ed ${unitName}; see: systemctl status hostler-agent`)
}
