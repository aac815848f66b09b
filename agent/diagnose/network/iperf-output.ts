import { z } from 'zod'
import type { Throughput } from '../../../shared/diagnosis/mesh.ts'

export type IperfResult =
  | { readonly kind: 'measured'; readonly throughput: Throughput }
  /** What iperf3 says itself. Before 3.14 it exits with 0 all the same. */
  | { readonly kind: 'failed'; readonly message: string }
  /** Cut off, or not the JSON of iperf3. */
  | { readonly kind: 'unreadable' }

const sum = z.object({ bits_per_second: z.number(), retransmits: z.number().optional().catch(undefined) })
const cpu = z.object({ host_total: z.number().optional(), remote_total: z.number().optional() })
const report = z.object({
  error: z.string().optional().catch(undefined),
  end: z
    .object({
      sum_sent: sum.optional().catch(undefined),
      sum_received: sum.optional().catch(undefined),
      cpu_utilization_percent: cpu.optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
})

/** Reads one `iperf3 -c -J` of TCP. The host is the receiver when it ran with -R. Warnings may stand before the JSON. */
export const parseIperf = (output: string, direction: 'forward' | 'reverse'): IperfResult => {
  const parsed = report.safeParse(parseFrom(output))
  if (!parsed.success) {
    const plain = /^iperf3: (?:error - )?(.+)$/m.exec(output)?.[1]
    return plain === undefined ? { kind: 'unreadable' } : { kind: 'failed', message: plain }
  }
  const { error, end } = parsed.data
  if (error !== undefined) return { kind: 'failed', message: error }
  if (end?.sum_received === undefined) return { kind: 'unreadable' }
  const host = end.cpu_utilization_percent?.host_total ?? null
  const remote = end.cpu_utilization_percent?.remote_total ?? null
  const retransmits = end.sum_sent?.retransmits
  return {
    kind: 'measured',
    throughput: {
      mbps: end.sum_received.bits_per_second / 1e6,
      retransmits: retransmits !== undefined && Number.isSafeInteger(retransmits) ? retransmits : null,
      senderCpuPercent: direction === 'forward' ? host : remote,
      receiverCpuPercent: direction === 'forward' ? remote : host,
    },
  }
}

/** The top level closes at the start of a line. Some versions print it twice, or say more behind it; older ones write nan. */
const parseFrom = (output: string): unknown => {
  const indented = /^\{[\s\S]*?^\}/m.exec(output)?.[0]
  const text = indented ?? output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1)
  try {
    return JSON.parse(text.replaceAll(/:\s*-?nan\b/g, ': null'))
  } catch {
    return undefined
  }
}
