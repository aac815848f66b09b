import type { RoomWords } from '../../catalogue/room.ts'
import type { StorageCauses, StorageEvents, StorageFindings, storageChecks } from '../../catalogue/storage.ts'
import { storageFindings } from './storage-findings.ts'

export const storage: RoomWords<(typeof storageChecks)[number], StorageFindings, StorageCauses, StorageEvents> = {
  checks: {
    'storage.filesystem': 'Which filesystem models are really on',
    'storage.space': 'Free space and free inodes where models are',
    'storage.writable': 'Whether the kernel made a filesystem read-only',
    'storage.kernel-errors': 'XFS shutdowns, NVMe timeouts and I/O errors in the kernel log',
    'storage.disk-health': 'What the drives say of their own health',
    'storage.read-latency': 'How long reads from the disk of the models take',
    'storage.mount-options': 'Mount options that cost a model host something',
    'storage.page-cache': 'Whether models fit into memory once they were read',
  },
  findings: storageFindings,
  causes: {
    'storage.inodes-left': ({ freePercent }) => `inodes are left (${freePercent} %)`,
    'storage.space-left': ({ freePercent }) => `space is left (${freePercent} %)`,
    'storage.not-asked-for': ({ mountPoint }) => `nobody asked for it: ${mountPoint} is mounted to be written`,
  },
  events: {},
}
