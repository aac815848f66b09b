import { found } from '../../../../shared/diagnosis/found.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'

const settingFile = '/proc/sys/net/ipv4/tcp_fastopen'
const countersFile = '/proc/net/netstat'
/** Accepts data with the first packet. */
const server = 0x2

/** A counter of /proc/net/netstat, where names and values stand on two lines of one prefix. Pure. */
export const netstatCounter = (text: string, prefix: string, name: string): number | undefined => {
  const [names, values] = text
    .split('\n')
    .filter((line) => line.startsWith(`${prefix}: `))
    .map((line) => line.split(' '))
  const value = values?.[names?.indexOf(name) ?? -1]
  return value === undefined ? undefined : Number(value)
}

/** Whether TCP Fast Open, where it is on for servers, was ever taken up since the boot. Pure. */
export const judgeFastOpen = (setting: number | undefined, passive: number | undefined): CheckOutcome => {
  const looked = [
    seen(settingFile, `${setting ?? 'this kernel has none'}`),
    seen(countersFile, `TCPFastOpenPassive ${passive ?? 'not counted'}`),
  ]
  const unused = setting !== undefined && (setting & server) !== 0 && passive === 0
  return {
    findings: unused ? [found('host.fast-open-unused', 'INFO', { subject: 'host', params: { value: setting }, evidence: looked })] : [],
    looked,
  }
}

export const fastOpen: Check = {
  id: 'host.fast-open',
  subject: 'host',
  deadlineMs: 5_000,
  run: async ({ files }) => {
    const setting = await files.text(settingFile)
    const counters = (await files.text(countersFile)) ?? ''
    return judgeFastOpen(setting === undefined ? undefined : Number(setting), netstatCounter(counters, 'TcpExt', 'TCPFastOpenPassive'))
  },
}
