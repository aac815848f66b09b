import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../shared/clock/clock.ts'
import { controllerSettings } from '../../shared/config/controller-settings.ts'
import type { Environment } from '../../shared/config/environment.ts'
import { packageRoot } from '../../shared/config/package-root.ts'
import { loadSettings } from '../../shared/config/settings.ts'
import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import { readCredentials } from '../../shared/identity/credentials-file.ts'
import { pause } from '../../shared/lifecycle/deadline.ts'
import { createLog, type Log } from '../../shared/log/log.ts'
import { exitCodes } from '../cli/exit-codes.ts'
import type { Daemon } from '../cli/io.ts'
import { type ControlLink, openControlLink } from '../cli/link/control-link.ts'
import { runSupervised } from './supervised.ts'

const startDeadlineMs = 30_000
const stopMs = 45_000
const callTimeoutMs = 5_000
/** A wrong option or configuration, and a database that the controller refuses: what it wrote says what to do. */
const controllerGivesUp: readonly number[] = [exitCodes.usage.code, exitCodes.databaseRefused.code]

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

/** The admin's connection, as soon as the controller answers. Throws CONTROLLER_UNREACHABLE. */
const connectWhenReady = async (adminFile: string, clock: Clock, signal: AbortSignal): Promise<ControlLink> => {
  const untilMs = clock.monotonicMs() + startDeadlineMs
  let last: unknown
  while (clock.monotonicMs() < untilMs && !signal.aborted) {
    const credentials = await readCredentials(adminFile)
    if (credentials) {
      const link = openControlLink(credentials, { callTimeoutMs, signal })
      try {
        await link.version()
        return link
      } catch (error) {
        last = error
        link[Symbol.dispose]()
      }
    }
    await pause(200, signal)
  }
  throw new HostlerError(
    'CONTROLLER_UNREACHABLE',
    `the controller was not ready within ${startDeadlineMs / 1_000} s (${messageOf(last)}); its own messages above say why`,
  )
}

/** Arguments that let a member of the fleet start: with a token when it has not joined yet. */
const memberArgs = async (link: ControlLink, kind: 'host' | 'gateway', dataDir: string): Promise<readonly string[]> => {
  const base = [kind === 'host' ? 'agent' : 'gateway', '--data-dir', dataDir]
  if (await exists(join(dataDir, 'credentials.json'))) return base
  const { token } = await link.createToken({ kind, ttlMs: 600_000, uses: 1, role: '', name: '' })
  return [...base, '--join', token]
}

/** `hostler up`: controller, gateway and this machine's agent, each a process of its own, started again when one ends. */
export const upDaemon =
  (environment: Environment): Daemon =>
  async (options, signal) => {
    const settings = await loadSettings(controllerSettings, { section: 'controller', file: options.configFile, environment })
    const root = options.dataDirectory ?? '/var/lib/hostler'
    const controllerDir = options.dataDirectory === undefined ? settings.dataDir : join(root, 'controller')
    const log: Log = createLog({
      level: settings.log.level,
      format: environment.HOSTLER_CONTROLLER_LOG_FORMAT === 'json' ? 'json' : 'text',
      fields: { daemon: 'up' },
    })
    const childEnvironment = {
      HOSTLER_CONTROLLER_LOG_FORMAT: 'text',
      HOSTLER_AGENT_LOG_FORMAT: 'text',
      HOSTLER_GATEWAY_LOG_FORMAT: 'text',
      ...environment,
    }
    const stopping = new AbortController()
    const supervise = (
      name: string,
      args: readonly string[],
      ended: AbortSignal,
      finalExitCodes: readonly number[] = [],
    ): Promise<number | undefined> =>
      runSupervised(
        {
          program: join(packageRoot, 'bin', 'hostler'),
          args,
          environment: childEnvironment,
          clock: systemClock,
          stopMs,
          finalExitCodes,
          onExit: (told) => log.warn('process ended, starting it again', { process: name, ...told }),
        },
        ended,
      )
    const controllerArgs = [
      'controller',
      '--data-dir',
      controllerDir,
      ...(options.configFile === undefined ? [] : ['--config', options.configFile]),
    ]
    let gaveUp: number | undefined
    const given = new AbortController()
    const controller = supervise('controller', controllerArgs, stopping.signal, controllerGivesUp).then((exitCode) => {
      gaveUp = exitCode
      if (exitCode !== undefined) given.abort()
    })
    const ended = AbortSignal.any([signal, given.signal])
    try {
      const adminFile = join(controllerDir, 'admin.json')
      using link = await connectWhenReady(adminFile, systemClock, ended)
      const members = [supervise('gateway', await memberArgs(link, 'gateway', join(root, 'gateway')), ended)]
      if (options.withoutAgent !== true) members.push(supervise('agent', await memberArgs(link, 'host', join(root, 'agent')), ended))
      log.info('up', { credentials: adminFile, next: 'hostler key create TENANT; hostler deploy -f SPEC; hostler token create' })
      // The controller outlives the others, so that the gateway's drain and the agent's last report still reach it.
      await Promise.all(members)
    } catch (error) {
      // What the controller wrote before it gave up says it better than that it was not ready.
      if (gaveUp === undefined) throw error
    } finally {
      stopping.abort()
      await controller
    }
    return gaveUp ?? exitCodes.ok.code
  }
