import { systemClock } from '../../shared/clock/clock.ts'
import { controllerSettings } from '../../shared/config/controller-settings.ts'
import type { Environment } from '../../shared/config/environment.ts'
import { loadSettings } from '../../shared/config/settings.ts'
import { runDaemon } from '../../shared/lifecycle/run-daemon.ts'
import { createLog } from '../../shared/log/log.ts'
import type { Daemon } from '../cli/io.ts'
import { startController } from '../serve.ts'

/** A pass is due every second: ten missing ones are a loop that hangs. */
const passOverdueMs = 15_000

/** `hostler controller` */
export const controllerDaemon =
  (environment: Environment): Daemon =>
  async (options, signal) => {
    const settings = await loadSettings(controllerSettings, {
      section: 'controller',
      file: options.configFile,
      environment,
      overrides: [[['dataDir'], options.dataDirectory]],
    })
    const log = createLog({ ...settings.log, fields: { daemon: 'controller' } })
    const start = async () => {
      const controller = await startController({ settings, clock: systemClock, log })
      log.info('controller listening', {
        port: controller.port,
        enrolPort: controller.enrolPort,
        healthPort: controller.healthPort,
        credentials: controller.adminFile,
      })
      return {
        status: `listening on port ${controller.port}`,
        alive: () => systemClock.monotonicMs() - controller.lastPassMs() < passOverdueMs,
        [Symbol.asyncDispose]: () => controller[Symbol.asyncDispose](),
      }
    }
    return runDaemon({ name: 'controller', environment, log, start }, signal)
  }
