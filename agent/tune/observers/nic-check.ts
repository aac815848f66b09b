import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readKernelFile } from '../live/kernel-file.ts'
import type { Reading } from '../live/live.ts'
import { hardwareNics } from '../live/nic-ring.ts'
import { observed } from '../observed.ts'
import type { Places } from '../places.ts'
import { type RunOptions, runProgram } from '../run-program.ts'
import type { Observer } from './observers.ts'

type Check = (nic: string, places: Places, options: RunOptions) => Promise<Reading>

const priorities = [0, 1, 2, 3, 4, 5, 6, 7]

const netFile = ({ sys }: Places, nic: string, path: string): string => join(sys, 'class/net', nic, path)

const list = (numbers: readonly number[]): string => (numbers.length === 0 ? 'none' : numbers.join(','))

/** Priorities that have flow control, as `dcb pfc show dev X prio-pfc` prints them: `prio-pfc 0:off 1:off 2:off 3:on …`. Pure. */
export const parsePfc = (output: string): string =>
  list([...output.matchAll(/(\d):on/g)].map(([, priority]) => Number(priority)).sort((a, b) => a - b))

/** Both directions of global pause frames, as `ethtool -a` prints them. Pure. */
export const parsePause = (output: string): string => (/^(RX|TX):\s+on$/m.test(output) ? 'on' : 'off')

const unsupported = (why: string, what: string): Reading =>
  /not supported|no such/i.test(why) ? { state: 'absent', why: what } : { state: 'unreadable', why }

const pfc: Check = async (nic, _, options) => {
  const { ok, output, why } = await runProgram('dcb', ['pfc', 'show', 'dev', nic, 'prio-pfc'], options)
  return ok ? { state: 'value', value: parsePfc(output) } : unsupported(why, `the driver of ${nic} has no priority flow control`)
}

const ecn: Check = async (nic, places) => {
  const on = async (part: string, priority: number) => {
    const reading = await readKernelFile(netFile(places, nic, `ecn/${part}/enable/${priority}`))
    return reading.state === 'value' && reading.value === '1'
  }
  if (!existsSync(netFile(places, nic, 'ecn')))
    return { state: 'unreadable', why: `the driver of ${nic} does not show its congestion control in /sys` }
  const enabled = await Promise.all(priorities.map(async (priority) => (await on('roce_np', priority)) && (await on('roce_rp', priority))))
  return { state: 'value', value: list(priorities.filter((priority) => enabled[priority])) }
}

const trust: Check = async (nic, _, options) => {
  const { ok, output, why } = await runProgram('mlnx_qos', ['-i', nic], options)
  if (!ok) return { state: 'unreadable', why: `${why}; NVIDIA's driver package brings mlnx_qos` }
  const found = /Priority trust state:\s*(\S+)/.exec(output)?.[1]
  return found ? { state: 'value', value: found } : { state: 'absent', why: `mlnx_qos shows no trust state of ${nic}` }
}

const pause: Check = async (nic, _, options) => {
  const { ok, output, why } = await runProgram('ethtool', ['-a', nic], options)
  return ok ? { state: 'value', value: parsePause(output) } : unsupported(why, `the driver of ${nic} has no pause frames`)
}

const mtu: Check = (nic, places) => readKernelFile(netFile(places, nic, 'mtu'))

const checks: Readonly<Record<string, Check>> = { pfc, ecn, trust, pause, mtu }

/** What cards with RDMA must agree on with their switch. Only ever advice: a change on one side alone breaks the link. */
export const nicCheckObserver =
  (places: Places, options: RunOptions): Observer =>
  async (settings) => {
    const nics = (await hardwareNics(places)).filter((nic) => existsSync(netFile(places, nic, 'device/infiniband')))
    if (nics.length === 0)
      return settings.map((setting) => observed(setting, [], { note: 'no network card of this host that is up has RDMA' }))
    return Promise.all(
      settings.map(async (setting) => {
        const check = checks[setting.key]
        if (!check)
          return observed(setting, [{ device: '', reading: { state: 'unreadable', why: `this agent knows no check "${setting.key}"` } }])
        const live = await Promise.all(nics.map(async (device) => ({ device, reading: await check(device, places, options) })))
        const seen = live.map(({ device, reading }) => `${device} ${reading.state === 'value' ? reading.value : reading.why}`).join(', ')
        return observed(setting, live, { note: `${seen}; card and switch must be changed together, so this is left to you` })
      }),
    )
  }
