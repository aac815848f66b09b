import { existsSync } from 'node:fs'
import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../../shared/config/package-root.ts'
import { errnoOf, HostlerError } from '../../shared/errors/hostler-error.ts'
import { readCredentials } from '../../shared/identity/credentials-file.ts'
import { silentLog } from '../../shared/log/log.ts'
import { runtimesOf } from '../runtime/runtimes.ts'
import { defaultPrefix, type Layout, layoutOf, sharedFiles, unitFile, unitName } from './layout.ts'
import { type RunningReplicas, runningReplicas } from './replicas.ts'
import { serviceSettings } from './settings.ts'
import { mustRun, requireSystemd, runCommand } from './system.ts'
import { untune } from './untune.ts'

export interface UninstallOptions {
  /** Also removes the identity, state and configuration of the agent. Refused while replicas run. */
  readonly purge?: boolean | undefined
  /** Told each thing that was done, and what is left, a line of text. */
  readonly say: (line: string) => void
}

const stopTimeoutMs = 60_000

/** What the agent keeps in its data directory; the directory goes only when nothing else is in it. */
const stateNames = ['credentials.json', 'host-spec.json', 'replicas.json', 'exec', 'timeline.json', 'tuning']

/**
 * Stops the agent's service and removes it. Replicas and models are never touched: what runs goes on, and an agent that is installed again
 * adopts it; tuning stays as it is. With purge the host gets back what tuning changed, and the agent's state goes, which is refused while replicas run, for nobody could adopt them any more.
 * Throws ROOT_REQUIRED, SYSTEMD_MISSING, CONFIG_INVALID, CONFLICT and INSTALL_FAILED.
 */
export const uninstallAgent = async ({ purge = false, say }: UninstallOptions): Promise<void> => {
  requireSystemd('hostler agent uninstall')
  const layout = layoutOf(defaultPrefix)
  const { settings, environment } = await serviceSettings(layout)
  const credentials = await readCredentials(join(settings.dataDir, 'credentials.json'))
  const runtimes = runtimesOf({ hostId: credentials?.id ?? '', settings, environment, log: silentLog })
  const replicas: RunningReplicas = credentials ? await runningReplicas(runtimes) : { running: [], unseen: [] }
  const names = replicas.running.map(({ identity }) => identity.replicaId).join(', ')
  if (purge && replicas.running.length > 0) {
    throw new HostlerError(
      'CONFLICT',
      `replicas run on this host: ${names}. Without its state no agent could ever adopt them: first scale or delete the deployments they belong to, or uninstall without --purge. Nothing was changed`,
    )
  }
  await removeService(layout, say)
  for (const unseen of replicas.unseen) say(`could not look for replicas: ${unseen}`)
  if (replicas.running.length > 0) say(`these replicas go on, and an agent that is installed again adopts them: ${names}`)
  if (purge) {
    await untune(settings, environment, runtimes, say)
    await removeState(layout, settings.dataDir, say)
  } else say(`kept ${settings.dataDir} and ${layout.configDirectory}; --purge removes them`)
  say(`kept the program in ${packageRoot}, and models`)
}

const removeService = async (layout: Layout, say: UninstallOptions['say']): Promise<void> => {
  const unit = unitFile(layout)
  if (existsSync(unit.target)) {
    await mustRun('systemctl', ['disable', '--now', unitName], stopTimeoutMs)
    await rm(unit.target)
    say(`stopped ${unitName} and removed ${unit.target}`)
  } else say(`${unitName} is not installed`)
  if (!(await hasOtherUnits(layout))) {
    for (const { target } of sharedFiles) await rm(target, { force: true })
  }
  await mustRun('systemctl', ['daemon-reload'])
  // Fails when there is nothing to forget.
  await runCommand('systemctl', ['reset-failed', unitName])
}

/** A controller or gateway on this machine needs the users and directories too. */
const hasOtherUnits = async ({ unitDirectory }: Layout): Promise<boolean> => {
  const entries = await Promise.all([unitDirectory, '/etc/systemd/system'].map((directory) => readdir(directory).catch(() => [])))
  return entries.flat().some((name) => /^hostler-.*\.service$/.test(name))
}

const removeState = async (layout: Layout, dataDir: string, say: UninstallOptions['say']): Promise<void> => {
  const files = [...stateNames.map((name) => join(dataDir, name)), layout.environmentFile, layout.configFile].filter(existsSync)
  for (const file of files) {
    await rm(file, { recursive: true, force: true })
    say(`removed ${file}`)
  }
  for (const directory of [dataDir, layout.configDirectory]) await removeIfEmpty(directory)
}

const removeIfEmpty = async (directory: string): Promise<void> => {
  try {
    await rmdir(directory)
  } catch (error) {
    if (!['ENOTEMPTY', 'ENOENT', 'EEXIST'].includes(errnoOf(error))) throw error
  }
}
