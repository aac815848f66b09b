import { join } from 'node:path'
import { sysctlPath } from '../../../shared/tuning/sysctl-key.ts'
import type { Places } from '../places.ts'
import { readKernelFile, writeKernelFile } from './kernel-file.ts'
import type { LiveAccess } from './live.ts'

export const sysctlAccess = ({ proc }: Places): LiveAccess => {
  const fileOf = (key: string) => join(proc, 'sys', sysctlPath(key))
  return {
    devices: async () => [''],
    read: (key) => readKernelFile(fileOf(key)),
    write: (key, _device, value) => writeKernelFile(fileOf(key), value),
  }
}
