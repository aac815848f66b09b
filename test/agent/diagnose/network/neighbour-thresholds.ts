import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const folder = '/proc/sys/net/ipv4/neigh/default'
const names = ['gc_thresh1', 'gc_thresh2', 'gc_thresh3'] as const

export interface LoweredThresholds extends AsyncDisposable {
  readonly gcThresh3: number
}

/**
 * Lowers how many IPv4 neighbours the machine may have to `spare` more than it has. A process of its own puts the old values back when this
 * one ends, whichever way: it waits for the end of a pipe that only this process holds.
 */
export const lowerThresholds = async (spare: number): Promise<LoweredThresholds> => {
  const before = names.map((name) => ({ file: `${folder}/${name}`, value: readFileSync(`${folder}/${name}`, 'utf8').trim() }))
  const restore = before.map(({ file, value }) => `echo ${value} > ${file}`).join('; ')
  const guard = spawn('setsid', ['sh', '-c', `cat > /dev/null; ${restore}`], { stdio: ['pipe', 'ignore', 'inherit'] })
  const restored = new Promise((resolve) => guard.once('exit', resolve))
  await new Promise((resolve, reject) => guard.once('spawn', resolve).once('error', reject))
  const entries = Number.parseInt(readFileSync('/proc/net/stat/arp_cache', 'utf8').split('\n')[1]?.split(/\s+/)[0] ?? '0', 16)
  const gcThresh3 = entries + spare
  for (const { file } of before) writeFileSync(file, `${gcThresh3}\n`)
  return {
    gcThresh3,
    async [Symbol.asyncDispose]() {
      guard.stdin.end()
      await restored
    },
  }
}
