import { readdir, readFile, realpath } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import type { NicInfo } from '../../shared/fleet/inventory.ts'

/**
 * Network interfaces, from /sys: hardware ones, bonds, bridges and VLANs that carry an address. Left out: loopback and the ends
 * of containers' pairs, which come and go. (systeminformation runs several programs synchronously for the same.)
 */
export const readNics = async (sysClassNet = '/sys/class/net'): Promise<readonly NicInfo[]> => {
  const addresses = networkInterfaces()
  const names = await readdir(sysClassNet).catch(() => [])
  const nics = await Promise.all(
    names.sort().map(async (name): Promise<NicInfo | undefined> => {
      const folder = `${sysClassNet}/${name}`
      const own = (addresses[name] ?? []).filter(({ internal }) => !internal).map(({ address }) => address)
      const virtual = (await realpath(folder).catch(() => '')).includes('/devices/virtual/')
      if (name === 'lo' || (virtual && own.length === 0)) return undefined
      const mtu = Number(await attribute(folder, 'mtu'))
      // Every interface has one; this one went while it was looked at.
      if (!(mtu > 0)) return undefined
      const speedMbps = Number(await attribute(folder, 'speed'))
      return {
        name,
        mac: await attribute(folder, 'address'),
        speedMbps: Number.isFinite(speedMbps) && speedMbps > 0 ? speedMbps : 0,
        mtu,
        addresses: own,
        // Some virtual cards report "unknown" while they work; the carrier tells.
        up: (await attribute(folder, 'operstate')) === 'up' || (await attribute(folder, 'carrier')) === '1',
      }
    }),
  )
  return nics.filter((nic) => nic !== undefined)
}

/** An attribute's text; empty when it cannot be read, as `speed` and `carrier` of an interface that is down. */
const attribute = async (folder: string, name: string): Promise<string> =>
  (await readFile(`${folder}/${name}`, 'utf8').catch(() => '')).trim()
