import type { RoomWords } from '../../catalogue/room.ts'
import type { DiskFindings } from '../../catalogue/storage.ts'
import { storageCommands as commands } from '../commands/storage.ts'

const askTheDrive = 'Ask the drive (smartctl is in the package smartmontools)'

const where = (models: boolean) =>
  models ? 'Models or the system are on it: replicas may hang or fail to start.' : 'Neither models nor the system are on it.'

const times = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`

export const diskFindings: RoomWords<never, DiskFindings, Record<never, never>, Record<never, never>>['findings'] = {
  'storage.xfs-shutdown': ({ device, mountPoint }) => ({
    title: `XFS on ${device} shut itself down`,
    why:
      'XFS stops all reading and writing when it cannot write its journal or trust its metadata, so that nothing more is damaged. Most often the disk below ' +
      'failed first.',
    remedies: [
      { text: 'Read what came before it', command: commands.beforeXfs(device) },
      ...(mountPoint === ''
        ? []
        : [
            {
              text: 'With nothing at work on it, mount it again: the journal is replayed',
              command: commands.mountAgain(`/dev/${device}`, mountPoint),
            },
          ]),
      { text: 'If a mount fails, see the damage without changing anything', command: commands.showXfsDamage(device) },
    ],
  }),
  'storage.nvme-timeouts': ({ device, count, models }) => ({
    title: `${device} did not answer the kernel ${times(count, 'time', 'times')}`,
    why: `An NVMe command ran into its time limit. The drive's power saving, its firmware, or its PCIe link is at fault. ${where(models)}`,
    remedies: [
      { text: askTheDrive, command: commands.askDrive(`/dev/${device}`) },
      { text: 'Look for errors of its PCIe link', command: commands.pcieErrors },
      {
        text: 'If this is not 0, boot with nvme_core.default_ps_max_latency_us=0, which keeps drives from deep power saving',
        command: commands.nvmePowerSaving,
      },
    ],
  }),
  'storage.io-errors': ({ device, count, models }) => ({
    title: `${device} had ${times(count, 'I/O error', 'I/O errors')}`,
    why: `The drive could not read or write some blocks. ${where(models)}`,
    remedies: [
      { text: askTheDrive, command: commands.askDrive(`/dev/${device}`) },
      { text: 'Save what cannot be downloaded again, then replace the drive', command: '' },
    ],
  }),
  'storage.disk-failing': ({ disk, reason }) => ({
    title: `The drive ${disk} says that it is failing: ${reason}`,
    why: 'Drives say so late. Reads of models become slow or fail next.',
    remedies: [
      { text: 'Read all that it says', command: commands.askDrive(`/dev/${disk}`) },
      { text: 'Save what cannot be downloaded again, then replace the drive', command: '' },
    ],
  }),
  'storage.disk-worn': ({ disk, usedPercent }) => ({
    title: `The drive ${disk} has used ${usedPercent} % of the writes it is rated for`,
    why: 'Past 100 % its maker promises nothing more. It still works.',
    remedies: [{ text: 'Plan its replacement; see what it says', command: commands.askDrive(`/dev/${disk}`) }],
  }),
  'storage.media-errors': ({ disk, count }) => ({
    title: `The drive ${disk} counts ${times(count, 'media error', 'media errors')}`,
    why: 'Some blocks could not be read back as they were written. A count that grows means that the drive is failing.',
    remedies: [
      { text: 'See whether it grows', command: commands.askDrive(`/dev/${disk}`) },
      { text: 'Let the drive test itself', command: commands.testDrive(`/dev/${disk}`) },
    ],
  }),
  'storage.health-not-read': ({ disks }) => ({
    title: `The health of ${disks.join(', ')} was not read: no program to ask with is installed`,
    why: 'Drives count their own errors and wear, which is the earliest sign of a fault. The kernel log was looked at all the same.',
    remedies: [{ text: 'Install smartctl', command: commands.installSmartctl }],
  }),
  'storage.slow-reads': ({ disk, averageMs, thresholdMs, readsPerSecond, mibPerSecond }) => ({
    title: `Reads from ${disk} take ${averageMs} ms each; ${thresholdMs} ms is the limit`,
    why: `It was read ${readsPerSecond} times a second at ${mibPerSecond} MiB/s. The disk has more to do than it can, or is failing; replicas load slowly.`,
    remedies: [
      { text: 'See who reads most', command: commands.whoReads },
      { text: askTheDrive, command: commands.askDrive(`/dev/${disk}`) },
    ],
  }),
}
