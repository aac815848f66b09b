import { z } from 'zod'
import { found } from '../../../../shared/diagnosis/found.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import type { CheckContext } from '../../context.ts'
import { seen } from '../evidence.ts'
import { ended, missingProgram } from '../program.ts'

const programDeadlineMs = 8_000

/** The hardware addresses that answered `arping -D`, each once. Pure. */
export const parseReplies = (output: string): readonly string[] => [
  ...new Set([...output.matchAll(/reply from \S+ \[([0-9A-Fa-f:]{17})\]/g)].map(([, mac]) => (mac ?? '').toLowerCase())),
]

/** Pure. */
export const judgeReplies = (address: string, device: string, output: string): CheckOutcome => {
  const macs = parseReplies(output)
  const evidence = [seen(`arping -D -I ${device} ${address}`, output)]
  if (macs.length === 0) return { findings: [], looked: evidence }
  return {
    findings: [
      found('network.duplicate-address', 'CRITICAL', { subject: `nic/${device}`, params: { address, device, macs: [...macs] }, evidence }),
    ],
    looked: [],
  }
}

const addresses = z.array(z.object({ ifname: z.string(), flags: z.array(z.string()).default([]) }))

/** The interface that has the address; undefined when none that asks by ARP does. */
const deviceOf = async ({ run, address }: CheckContext, signal: AbortSignal): Promise<string | undefined> => {
  const output = ended('ip -j address', await run('ip', ['-j', 'address', 'show', 'to', address], programDeadlineMs, signal))
  const parsed = addresses.safeParse(JSON.parse(output.trim() || '[]'))
  if (!parsed.success) throw new Error('what ip -j address printed could not be read')
  return parsed.data.find(({ flags }) => !flags.includes('NOARP') && !flags.includes('LOOPBACK'))?.ifname
}

/** Asks the network for this host's own address. For IPv6 the kernel asks by itself when the address is set. */
export const duplicateAddress: Check = {
  id: 'network.duplicate-address',
  subject: 'network',
  deadlineMs: 20_000,
  run: async (context, signal) => {
    const { address } = context
    if (address.includes(':')) return { findings: [], looked: [seen('address', `${address} is IPv6, which the kernel asks for itself`)] }
    const device = await deviceOf(context, signal)
    if (device === undefined) return { findings: [], looked: [seen('ip -j address', `${address} is on no interface that speaks ARP`)] }
    const run = await context.run('arping', ['-D', '-c', '3', '-w', '4', '-I', device, address], programDeadlineMs, signal)
    if (run.kind === 'not-started') return missingProgram('arping', 'iputils-arping')
    // 0: nobody answered, 1: somebody did; anything else, or no summary, is no answer.
    if (run.kind !== 'exited' || !/^Sent \d+ probes/m.test(run.output))
      return { findings: [], looked: [seen('arping', ended('arping', run))] }
    return judgeReplies(address, device, run.output)
  },
}
