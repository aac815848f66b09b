import { join } from 'node:path'
import { type ControlLink, openControlLink } from '../../controller/cli/link/control-link.ts'
import { type Controller, startController } from '../../controller/serve.ts'
import { type Clock, systemClock } from '../../shared/clock/clock.ts'
import { type ControllerSettings, controllerSettings } from '../../shared/config/controller-settings.ts'
import { type Credentials, readCredentials } from '../../shared/identity/credentials-file.ts'
import { silentLog } from '../../shared/log/log.ts'
import { scratchDirectory } from './scratch.ts'

export interface TestController extends AsyncDisposable {
  readonly controller: Controller
  readonly settings: ControllerSettings
  readonly admin: Credentials
  readonly control: ControlLink
  /** Stops it and starts another on the same data and ports. */
  restart(meanwhile?: () => Promise<unknown>): Promise<void>
}

/** A real controller on loopback, with ports from the kernel and a directory of its own. */
export const startTestController = async (
  options: {
    readonly clock?: Clock
    readonly lease?: Partial<ControllerSettings['lease']>
    /** Of the mesh between hosts. */
    readonly mesh?: Partial<ControllerSettings['diagnosis']['mesh']>
    readonly alerts?: Partial<ControllerSettings['alerts']>
  } = {},
): Promise<TestController> => {
  const directory = await scratchDirectory()
  const clock = options.clock ?? systemClock
  const settingsFor = (port: number, enrolPort: number) =>
    controllerSettings.parse({
      dataDir: join(directory.path, 'controller'),
      advertise: '127.0.0.1',
      listen: { host: '127.0.0.1', port, enrolPort, healthPort: 0 },
      lease: options.lease ?? {},
      diagnosis: { mesh: options.mesh ?? {} },
      alerts: options.alerts ?? {},
      metrics: { listen: { port: 0 } },
    })
  let settings = settingsFor(0, 0)
  let controller = await startController({ settings, clock, log: silentLog })
  const readAdmin = async (): Promise<Credentials> => {
    const admin = await readCredentials(controller.adminFile)
    if (!admin) throw new Error('the controller left no admin credentials')
    return admin
  }
  const admin = await readAdmin()
  const ended = new AbortController()
  const control = openControlLink(admin, { callTimeoutMs: 10_000, signal: ended.signal })
  return {
    get controller() {
      return controller
    },
    get settings() {
      return settings
    },
    admin,
    control,
    async restart(meanwhile) {
      const { port, enrolPort } = controller
      await controller[Symbol.asyncDispose]()
      await meanwhile?.()
      settings = settingsFor(port, enrolPort)
      controller = await startController({ settings, clock, log: silentLog })
    },
    async [Symbol.asyncDispose]() {
      ended.abort()
      control[Symbol.dispose]()
      await controller[Symbol.asyncDispose]()
      await directory[Symbol.asyncDispose]()
    },
  }
}
