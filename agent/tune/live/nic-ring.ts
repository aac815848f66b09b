import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Places } from '../places.ts'
import { type RunOptions, runProgram } from '../run-program.ts'
import { readKernelFile } from './kernel-file.ts'
import type { LiveAccess, Reading } from './live.ts'

/** Network cards that are hardware and up. Others have no ring, or nobody looks after theirs. */
export const hardwareNics = async ({ sys }: Places): Promise<readonly string[]> => {
  const folder = join(sys, 'class/net')
  const names = await readdir(folder).catch(() => [])
  const kept = await Promise.all(
    names.sort().map(async (name) => {
      const device = await readdir(join(folder, name, 'device')).catch(() => undefined)
      const state = await readKernelFile(join(folder, name, 'operstate'))
      return device && state.state === 'value' && state.value === 'up' ? [name] : []
    }),
  )
  return kept.flat()
}

/** The size of one ring as `ethtool -g` prints it, and the most it can be. Pure. */
export const parseRings = (output: string, key: string): Reading => {
  const numbers = [...output.matchAll(/^(RX|TX):\s*(\S+)$/gm)].filter(([, name]) => name?.toLowerCase() === key).map(([, , size]) => size)
  const [limit, value] = numbers
  if (limit === undefined || value === undefined || !/^\d+$/.test(value) || !/^\d+$/.test(limit))
    return { state: 'absent', why: `the card has no ${key} ring that could be sized` }
  return { state: 'value', value, limit }
}

export const nicRingAccess = (places: Places, options: RunOptions): LiveAccess => ({
  devices: () => hardwareNics(places),
  read: async (key, nic) => {
    const { ok, output, why } = await runProgram('ethtool', ['-g', nic], options)
    if (ok) return parseRings(output, key)
    return /not supported/i.test(why) ? { state: 'absent', why: `the driver of ${nic} shows no rings` } : { state: 'unreadable', why }
  },
  write: async (key, nic, value) => {
    const { ok, why } = await runProgram('ethtool', ['-G', nic, key, value], options)
    if (!ok) throw new Error(why)
  },
})
