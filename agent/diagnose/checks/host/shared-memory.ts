import { found } from '../../../../shared/diagnosis/found.ts'
import { mountOf } from '../../../observe/mount.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'
import { type RunningReplica, runningReplicas } from './running-replicas.ts'

export interface SharedMemory {
  readonly replica: RunningReplica
  readonly sizeMiB: number
  readonly line: string
}

/** What an engine makes when nobody says otherwise: 64 MiB. */
const defaultMiB = 64
/** What NVIDIA's containers ask for. */
const enoughMiB = 1_024
const place = '/dev/shm'

/** `size=65536k` of a tmpfs, in MiB; a tmpfs that names none takes half of the memory. Pure. */
export const tmpfsSizeMiB = (options: readonly string[], memoryMiB: number): number => {
  const match = /^size=(\d+)([kmg]?)$/i.exec(options.find((option) => option.startsWith('size=')) ?? '')
  if (!match) return Math.floor(memoryMiB / 2)
  const scale = { '': 1 / 1024 / 1024, k: 1 / 1024, m: 1, g: 1024 }[(match[2] ?? '').toLowerCase()] ?? 0
  return Math.floor(Number(match[1]) * scale)
}

/** Of replicas with several GPUs only: their processes talk to each other through it. Pure. */
export const judgeSharedMemory = (all: readonly SharedMemory[]): CheckOutcome => ({
  findings: all
    .filter(({ replica, sizeMiB }) => replica.gpus > 1 && sizeMiB < enoughMiB)
    .map(({ replica, sizeMiB, line }) =>
      found('host.shm-small', sizeMiB <= defaultMiB ? 'WARNING' : 'INFO', {
        subject: `replica/${replica.id}`,
        params: { replica: replica.id, sizeMiB, gpus: replica.gpus, askedMiB: replica.spec?.shmMiB ?? 0 },
        evidence: [seen(`/proc/${replica.pid}/mountinfo`, line)],
      }),
    ),
  looked:
    all.length === 0 ? [seen('/proc', 'no replica runs')] : all.map(({ replica, line }) => seen(`/proc/${replica.pid}/mountinfo`, line)),
})

export const sharedMemory: Check = {
  id: 'host.shared-memory',
  subject: 'host',
  deadlineMs: 15_000,
  run: async (context) => {
    const { files } = context
    const total = /^MemTotal:\s+(\d+) kB/m.exec((await files.text('/proc/meminfo')) ?? '')?.[1]
    const memoryMiB = Math.floor(Number(total ?? 0) / 1024)
    const all: SharedMemory[] = []
    for (const replica of await runningReplicas(context)) {
      const mount = mountOf((await files.text(`/proc/${replica.pid}/mountinfo`)) ?? '', place)
      if (mount?.type !== 'tmpfs') continue
      const { mountPoint, filesystemOptions: options } = mount
      all.push({ replica, sizeMiB: tmpfsSizeMiB(options, memoryMiB), line: `${mountPoint} - tmpfs ${options.join(',')}` })
    }
    return judgeSharedMemory(all)
  },
}
