import type { Mount } from '../../../observe/mount.ts'
import type { HostFiles } from '../../context.ts'

/** A block device below a filesystem: `nvme0n1`, `sda`. */
export interface Disk {
  readonly name: string
  readonly rotational: boolean
  /** Has a drive of its own to ask for its health; not so for loop, RAM and virtual devices. */
  readonly drive: boolean
}

const virtual = /^(loop|ram|zram|dm-|md|vd|xvd|nbd|rbd)/
const virtualVendors = /QEMU|VMware|VBOX|Virtual|Msft|Google|Amazon Elastic/i
const deepest = 5

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** The whole disks that hold a mount, through partitions, device mapper and RAID. Empty for what is on no block device. */
export const disksUnder = async (files: HostFiles, mount: Mount): Promise<readonly Disk[]> => {
  const device = await deviceOf(files, mount)
  const names = device === '' ? [] : await wholeDisks(files, device, deepest)
  return Promise.all([...new Set(names)].map((name) => describe(files, name)))
}

/** The kernel's name of the device itself: `sda1`, `dm-0`; empty where there is none. */
export const deviceOf = async (files: HostFiles, mount: Mount): Promise<string> => {
  const byNumber = await files.link(`/sys/dev/block/${mount.deviceNumber}`)
  if (byNumber !== undefined) return lastPart(byNumber)
  // btrfs and some others have a number of their own that is no device's.
  if (!mount.source.startsWith('/dev/')) return ''
  return lastPart((await files.link(mount.source)) ?? mount.source)
}

const wholeDisks = async (files: HostFiles, name: string, depth: number): Promise<readonly string[]> => {
  const folder = (await files.link(`/sys/class/block/${name}`)) ?? ''
  const isPartition = (await files.text(`/sys/class/block/${name}/partition`)) !== undefined
  if (isPartition) return wholeDisks(files, lastPart(folder.slice(0, folder.lastIndexOf('/'))), depth)
  const below = depth === 0 ? [] : await files.names(`/sys/class/block/${name}/slaves`)
  if (below.length === 0) return [name]
  return (await Promise.all(below.map((slave) => wholeDisks(files, slave, depth - 1)))).flat()
}

const describe = async (files: HostFiles, name: string): Promise<Disk> => {
  const attribute = async (path: string) => ((await files.text(`/sys/class/block/${name}/${path}`)) ?? '').trim()
  const maker = `${await attribute('device/vendor')} ${await attribute('device/model')}`
  return {
    name,
    rotational: (await attribute('queue/rotational')) === '1',
    drive: maker.trim() !== '' && !virtual.test(name) && !virtualVendors.test(maker),
  }
}
