import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Places } from '../places.ts'
import { readKernelFile, writeKernelFile } from './kernel-file.ts'
import type { LiveAccess } from './live.ts'

/** One governor for each CPU that is online and scales; most virtual machines have none. */
export const governorAccess = ({ sys }: Places): LiveAccess => {
  const folder = join(sys, 'devices/system/cpu')
  const fileOf = (cpu: string, key: string) => join(folder, cpu, 'cpufreq', key)
  return {
    devices: async (key) => {
      const cpus = (await readdir(folder).catch(() => [])).filter((name) => /^cpu\d+$/.test(name))
      const scaling = await Promise.all(cpus.map(async (cpu) => ((await readKernelFile(fileOf(cpu, key))).state === 'absent' ? [] : [cpu])))
      return scaling.flat().sort((a, b) => Number(a.slice(3)) - Number(b.slice(3)))
    },
    read: (key, cpu) => readKernelFile(fileOf(cpu, key)),
    write: async (key, cpu, value) => {
      const available = await readKernelFile(fileOf(cpu, 'scaling_available_governors'))
      if (available.state === 'value' && !available.value.split(' ').includes(value))
        throw new Error(`the driver of ${cpu} has no governor "${value}"; it has: ${available.value}`)
      await writeKernelFile(fileOf(cpu, key), value)
    },
  }
}
