import type { LiveAccess } from '../live/live.ts'
import { observed } from '../observed.ts'
import type { OwnersOf } from '../tuned-daemon.ts'
import type { Observer } from './observers.ts'

/** Settings that are a value and nothing else; they hold until the next boot, after which the agent sets them again. */
export const liveOnlyObserver =
  (access: LiveAccess, owners: () => Promise<OwnersOf>): Observer =>
  async (settings) => {
    const ownersOf = await owners()
    return Promise.all(
      settings.map(async (setting) => {
        const devices = await access.devices(setting.key)
        const live = await Promise.all(devices.map(async (device) => ({ device, reading: await access.read(setting.key, device) })))
        return observed(setting, live, { owners: ownersOf(setting) })
      }),
    )
  }
