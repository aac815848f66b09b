import { join } from 'node:path'
import type { Places } from '../places.ts'
import { readKernelFile, writeKernelFile } from './kernel-file.ts'
import type { LiveAccess } from './live.ts'

/** The kernel shows all modes and brackets the one in force: `always [madvise] never`. */
const chosen = (shown: string): string => /\[([^\]]+)\]/.exec(shown)?.[1] ?? shown

export const hugePagesAccess = ({ sys }: Places): LiveAccess => {
  const fileOf = (key: string) => join(sys, 'kernel/mm/transparent_hugepage', key)
  return {
    devices: async () => [''],
    read: async (key) => {
      const reading = await readKernelFile(fileOf(key))
      if (reading.state === 'absent') return { state: 'absent', why: 'this kernel was built without transparent huge pages' }
      return reading.state === 'value' ? { ...reading, value: chosen(reading.value) } : reading
    },
    write: (key, _device, value) => writeKernelFile(fileOf(key), value),
  }
}
