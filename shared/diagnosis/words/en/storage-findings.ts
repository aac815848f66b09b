import { describeSize } from '../../../units/size.ts'
import type { RoomWords } from '../../catalogue/room.ts'
import type { StorageFindings } from '../../catalogue/storage.ts'
import { storageCommands as commands } from '../commands/storage.ts'
import { diskFindings } from './disk-findings.ts'

const mountOption = {
  sync: (mountPoint: string) => ({
    title: `${mountPoint} is mounted with sync: every write waits for the disk`,
    why: 'Downloads of models are many times slower. The option is for media that are pulled out.',
    remedies: [
      { text: 'Take it away now', command: commands.remount('async', mountPoint) },
      { text: 'Take it out of /etc/fstab', command: commands.inFstab(mountPoint) },
    ],
  }),
  strictatime: (mountPoint: string) => ({
    title: `${mountPoint} is mounted with strictatime: every read also writes`,
    why: 'The time of each read is stored, which nothing on a model host needs.',
    remedies: [
      { text: 'Take it away now', command: commands.remount('noatime', mountPoint) },
      { text: 'Put noatime into /etc/fstab', command: commands.inFstab(mountPoint) },
    ],
  }),
  discard: (mountPoint: string) => ({
    title: `${mountPoint} is mounted with discard: deleting a model stalls reads`,
    why: 'Each deletion waits for the drive to forget the blocks. A weekly fstrim does the same when nobody waits.',
    remedies: [
      { text: 'Trim weekly in its place', command: commands.trimWeekly },
      { text: 'Take it away now', command: commands.remount('nodiscard', mountPoint) },
      { text: 'Take it out of /etc/fstab', command: commands.inFstab(mountPoint) },
    ],
  }),
}

export const storageFindings: RoomWords<never, StorageFindings, Record<never, never>, Record<never, never>>['findings'] = {
  ...diskFindings,
  'storage.no-model-path': () => ({
    title: 'No model path is known on this host, so the storage of models was not looked at',
    why: 'Neither the setting modelDir nor a replica names a directory with models.',
    remedies: [{ text: 'Name the directory in the configuration of the agent', command: commands.modelSetting }],
  }),
  'storage.path-missing': ({ path, resolvedPath }) => ({
    title: `The model path ${path} does not exist`,
    why: `It leads to ${resolvedPath}, and nothing is there: a disk that is not mounted, a link whose target is gone, or models not yet downloaded.`,
    remedies: [
      { text: 'See where the path breaks', command: commands.wherePathBreaks(path) },
      { text: 'Mount what /etc/fstab names', command: commands.mountAll },
    ],
  }),
  'storage.path-hangs': ({ path, mountPoint, type, deadlineMs }) => ({
    title: `The model path ${path} does not answer within ${deadlineMs / 1000} s`,
    why: `${mountPoint} (${type}) hangs, as a network filesystem does when its server is gone. Engines that read from it hang too, and cannot be killed.`,
    remedies: [
      { text: 'See which processes wait for it', command: commands.waitingProcesses },
      {
        text: 'Bring its server back; if that cannot be, let go of the mount and mount it again',
        command: commands.letGoAndMount(mountPoint),
      },
    ],
  }),
  'storage.path-unreadable': ({ path, mountPoint, source, type, message }) => ({
    title: `The kernel refuses to read from ${mountPoint}, where ${path} is`,
    why: `The filesystem (${type} on ${source}) has shut down or its device is gone: ${message}. Replicas that run keep what they have read; none can start.`,
    remedies: [
      { text: 'Read why', command: commands.lastKernelLines },
      { text: 'With nothing at work on it, mount it again: the journal is replayed', command: commands.mountAgain(source, mountPoint) },
      ...(type === 'xfs'
        ? [{ text: 'If that fails, repair it; not with -L, which throws the journal away', command: commands.repairXfs(source) }]
        : []),
    ],
  }),
  'storage.not-xfs': ({ resolvedPath, type }) => ({
    title: `Models in ${resolvedPath} are on ${type}; XFS is advised`,
    why:
      'Weights are few and very large files, read from end to end by several processes at once. XFS keeps them in long extents, and readers of ' +
      `one file do not wait for each other. Nothing is broken: ${type} works. Going over takes an empty disk and a copy of all models, so it is for ` +
      'the next rebuild. Hostler never formats anything.',
    remedies: [
      { text: 'See what is there', command: commands.showMount(resolvedPath) },
      {
        text: 'Given a new, empty disk (its name for NEW_DISK; what is on it is lost), with no replica at work',
        command: commands.toNewXfs(resolvedPath),
      },
    ],
  }),
  'storage.network-filesystem': ({ resolvedPath, type, source }) => ({
    title: `Models in ${resolvedPath} come over the network (${type} from ${source})`,
    why:
      'Each start of a replica reads its weights from another machine: it takes as long as the network and the server allow, several at once share both, ' +
      'and an outage of the server hangs them. A copy on a local XFS disk has none of that.',
    remedies: [
      { text: 'See what a first read reaches', command: commands.readOnce(resolvedPath) },
      { text: 'Keep a copy on a local disk', command: commands.copyToDisk(resolvedPath) },
    ],
  }),
  'storage.memory-filesystem': ({ resolvedPath, type, sizeMiB }) => ({
    title: `Models in ${resolvedPath} are in memory (${type}, up to ${describeSize(sizeMiB)})`,
    why: 'They take memory that engines need, and are gone after a reboot. The page cache keeps files of a disk in memory without either.',
    remedies: [{ text: 'Move them to a disk', command: commands.copyToDisk(resolvedPath) }],
  }),
  'storage.layered-filesystem': ({ resolvedPath, type }) => ({
    title: `Models in ${resolvedPath} are in a container's own layer (${type})`,
    why: 'They go with the container. The agent runs in a container without a volume for models, or the path leads into one.',
    remedies: [{ text: 'See what holds it, and give the container a volume for the path', command: commands.showMount(resolvedPath) }],
  }),
  'storage.space-low': ({ mountPoint, freePercent, freeMiB, thresholdPercent }) => ({
    title: `${mountPoint} has ${freePercent} % free space (${describeSize(freeMiB)}); ${thresholdPercent} % is wanted`,
    why: 'When it is full, downloads of models and images fail, and so do logs and journals; filesystems slow down before that.',
    remedies: [
      { text: 'See what takes the space', command: commands.whatTakesSpace(mountPoint) },
      { text: 'See what the container engine keeps', command: commands.engineSpace },
      { text: 'Remove images that no container uses', command: commands.pruneImages },
    ],
  }),
  'storage.inodes-low': ({ mountPoint, freePercent, freeInodes, thresholdPercent }) => ({
    title: `${mountPoint} has ${freePercent} % of its inodes left (${freeInodes}); ${thresholdPercent} % are wanted`,
    why: 'Without inodes no file can be made, however much space there is. Very many small files have used them up.',
    remedies: [{ text: 'See where the files are', command: commands.whereFilesAre(mountPoint) }],
  }),
  'storage.read-only': ({ mountPoint, type, source }) => ({
    title: `The kernel made ${mountPoint} read-only after an error`,
    why: `${type} on ${source} found itself damaged, or could not write, and saves what is left. Nothing new can be stored; the disk may be failing.`,
    remedies: [
      { text: 'Read why', command: commands.lastKernelLines },
      { text: 'Ask the drive (smartctl is in the package smartmontools)', command: commands.askDrive(source) },
      { text: 'With nothing at work on it, check it and mount it again', command: commands.checkAndMount(type, source, mountPoint) },
    ],
  }),
  'storage.was-read-only': ({ device }) => ({
    title: `A filesystem on ${device} was made read-only by the kernel`,
    why: 'It is writable again or no longer mounted, but what made the kernel do so may come back.',
    remedies: [
      { text: 'Read why', command: commands.lastKernelLines },
      { text: 'Ask the drive (smartctl is in the package smartmontools)', command: commands.askDrive(`/dev/${device}`) },
    ],
  }),
  'storage.mount-option': ({ mountPoint, option }) => mountOption[option](mountPoint),
  'storage.models-exceed-memory': ({ modelsMiB, memoryMiB }) => ({
    title: `The models of this host (${describeSize(modelsMiB)}) are more than its memory can keep (${describeSize(memoryMiB)})`,
    why: 'A replica that restarts reads its weights from the disk again, so a restart takes as long as the first start. Nothing is broken.',
    remedies: [{ text: 'See how much each disk was read since the boot', command: commands.readSinceBoot }],
  }),
}
